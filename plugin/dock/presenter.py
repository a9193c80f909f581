# SPDX-License-Identifier: GPL-2.0-or-later
"""Logic of the dock without widgets: the job of a state, and whether it can run."""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path
from typing import Optional, Tuple

from ..protocol import Extent, LabelJob
from .preflight import Finding, preflight_findings
from .state import POLYGONS, VIEW, DockState


class LabelPresenter:
    """Presenter of one state of the dock.

    Args:
        state: state of the dock.
    """

    def __init__(self, state: DockState) -> None:
        self._state = state

    def job(self) -> LabelJob:
        """Return the job of the state, the same as from the toolbox with the same inputs."""
        state = self._state
        nir, red, green = state.chosen_bands
        dtm = state.dtm if state.heights == "dsm+dtm" else None
        options = asdict(state.options)
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
            confidence=str(folder / "confidence.tif") if options.pop("keep_confidence") else "",
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

    def can_try_demo(self) -> bool:
        """Return whether *Try demo data* is enabled."""
        state = self._state
        return state.has_engine and not state.is_engine_changing and not state.is_busy

    def offered_model(self) -> str:
        """Return a model to offer if heights are missing; empty if none is offered."""
        state = self._state
        lacks_heights = state.dsm is None and state.card is not None and state.card.wants_heights
        has_image = state.image is not None and not state.image.problem
        return state.heightless_model if lacks_heights and has_image else ""

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
