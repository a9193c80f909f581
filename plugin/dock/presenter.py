# SPDX-License-Identifier: GPL-2.0-or-later
"""Logic of the dock without widgets: the job of a state, and whether it can run."""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path
from typing import Optional, Tuple

from ..i18n import tr
from ..protocol import Extent, LabelJob, length_text
from .mends import Mend, mends
from .preflight import GOOD, Finding, heights_text, preflight_findings
from .speed import duration_text
from .state import POLYGONS, VIEW, DockState

# The confidence raster is written anyway, for the places to look at next; edited polygons are put
# into the results after the run.
NOT_IN_JOB = ("show_confidence", "keep_edited", "cluster_problem")


class LabelPresenter:
    """Presenter of one state of the dock.

    Args:
        state: state of the dock.
    """

    def __init__(self, state: DockState) -> None:
        self._state = state

    @property
    def state(self) -> DockState:
        """The state of the dock."""
        return self._state

    def job(self) -> LabelJob:
        """Return the job of the state, the same as from the toolbox with the same inputs."""
        state = self._state
        nir, red, green = state.chosen_bands
        dtm = state.dtm if state.heights == "dsm+dtm" else None
        options = asdict(state.options)
        for name in NOT_IN_JOB:
            del options[name]
        folder = Path(state.output)
        return LabelJob(
            image=state.image.source if state.image else "",
            output=state.output,
            dsm=state.dsm.raster.source if state.dsm else "",
            dsm_band=state.dsm.band if state.dsm else 1,
            dtm=dtm.raster.source if dtm else "",
            dtm_band=dtm.band if dtm else 1,
            heights=state.heights,
            model=state.model,
            nir_band=nir,
            red_band=red,
            green_band=green,
            extent=visible_part(state) if state.area == VIEW else None,
            area=state.polygons if state.area == POLYGONS else "",
            classes=str(folder / "classes.tif"),
            confidence=str(folder / "confidence.tif"),
            **options,
        )

    def inputs(self) -> LabelJob:
        """Return the job without its extent, which changes when the map is moved."""
        return replace(self.job(), extent=None)

    def findings(self) -> Tuple[Finding, ...]:
        """Return the findings before the run, worst first."""
        return preflight_findings(self._state, self.job(), visible_part(self._state))

    def can_run(self) -> bool:
        """Return whether *Run* is enabled."""
        return not self._state.is_busy and not any(each.is_problem for each in self.findings())

    def is_good(self) -> bool:
        """Return whether there are neither problems nor doubts."""
        return all(each.level == GOOD for each in self.findings())

    def can_try_demo(self) -> bool:
        """Return whether *Try demo data* is enabled."""
        state = self._state
        return state.has_engine and not state.is_engine_changing and not state.is_busy

    def mends(self) -> Tuple[Mend, ...]:
        """Return what one click can mend."""
        return mends(self._state, visible_part(self._state))

    def is_untouched(self) -> bool:
        """Return whether nothing was chosen yet, so that first steps are shown, not problems."""
        return self._state.image is None

    def for_preview(self) -> LabelPresenter:
        """Return the presenter of a run of the visible part of the image, in one process."""
        options = replace(self._state.options, cluster="", cluster_problem="")
        return LabelPresenter(replace(self._state, area=VIEW, options=options))

    def engine_word(self) -> str:
        """Return the state of the engine in a word or two."""
        state = self._state
        if not state.has_engine:
            return tr("not set up")
        if state.is_engine_changing:
            return tr("changing")
        return tr("running") if state.is_busy else tr("ready")

    def megapixels(self) -> float:
        """Return the size of the part of the image to label; polygons count as the whole."""
        state = self._state
        if state.image is None:
            return 0.0
        whole = state.image.width_px * state.image.height_px / 1e6
        part = visible_part(state) if state.area == VIEW else None
        return whole * _area(part) / (_area(state.image.extent) or 1.0) if part else whole

    def ready_text(self, duration_s: Optional[float]) -> str:
        """Return one line about a run without problems and doubts.

        Args:
            duration_s: expected duration in seconds; None if it is unknown.
        """
        image = self._state.image
        if image is None:
            return ""
        size = tr("Ready: {megapixels:.1f} Mpx at {gsd} m").format(
            megapixels=self.megapixels(), gsd=length_text(image.gsd_m)
        )
        duration = duration_text(duration_s) if duration_s is not None else ""
        parts = (size, heights_text(self._state), duration)
        return ", ".join(part for part in parts if part) + "."

    def wants_terrain(self) -> bool:
        """Return whether a DTM is needed."""
        return self._state.heights == "dsm+dtm"

    def wants_polygons(self) -> bool:
        """Return whether a polygon layer of the area is needed."""
        return self._state.area == POLYGONS


def visible_part(state: DockState) -> Optional[Extent]:
    """Return the part of the image that is visible on the map; None if no part is visible."""
    if state.image is None or state.view is None:
        return None
    image, view = state.image.extent, state.view
    part = (
        max(image[0], view[0]),
        max(image[1], view[1]),
        min(image[2], view[2]),
        min(image[3], view[3]),
    )
    return part if part[0] < part[2] and part[1] < part[3] else None


def _area(extent: Extent) -> float:
    return (extent[2] - extent[0]) * (extent[3] - extent[1])
