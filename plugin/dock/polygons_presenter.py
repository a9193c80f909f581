# SPDX-License-Identifier: GPL-2.0-or-later
"""Logic of the tab *Polygons* without widgets: its jobs, and whether they can run."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Dict, Optional

from ..i18n import tr
from ..models import legend_of
from ..protocol import AREA_LAYERS, ISPRS, Extent, LabelJob, RasterPath, VectorizeJob
from .state import Options, RasterProperties

MAX_PREVIEW_PX = 4e6
FIELDS = ("outlines", "tolerance_m", *(layer.minimum for layer in AREA_LAYERS))
DEFAULT_OPTIONS = Options()
HEIGHT_FIELDS = ("dsm", "dsm_band", "dtm", "dtm_band", "heights")


@dataclass(frozen=True)
class PolygonsState:
    """Inputs of the tab.

    Args:
        classes: class raster; None if not chosen.
        label_job: job that made the class raster; None if it is unknown.
        view: visible extent of the map in the raster's CRS; None if it cannot be transformed.
        options: method, tolerance and minimum areas.
        has_engine: whether the engine is installed and not being changed.
        is_busy: whether a job other than a preview is running.
    """

    classes: Optional[RasterProperties] = None
    label_job: Optional[LabelJob] = None
    view: Optional[Extent] = None
    options: Options = DEFAULT_OPTIONS
    has_engine: bool = True
    is_busy: bool = False


class PolygonsPresenter:
    """Presenter of one state of the tab.

    Args:
        state: state of the tab.
    """

    def __init__(self, state: PolygonsState) -> None:
        self._state = state

    def problem(self) -> str:
        """Return why the class raster cannot be vectorized; empty if it can."""
        classes = self._state.classes
        if not self._state.has_engine:
            return tr("The engine is not ready. Set it up in the panel Engine.")
        if classes is None:
            return tr("Run the labeling first, or choose a raster with one band of class codes.")
        return classes.problem

    def preview_problem(self) -> str:
        """Return why the current view cannot be drawn; empty if it can."""
        problem = self.problem()
        if problem:
            return problem
        if self._visible() is None:
            return tr("The map does not show the class raster. Zoom to it for a preview.")
        megapixels = self._visible_px() / 1e6
        if self._visible_px() > MAX_PREVIEW_PX:
            text = tr("The map shows {shown:.0f} Mpx. Zoom in to {most:.0f} Mpx for a preview.")
            return text.format(shown=megapixels, most=MAX_PREVIEW_PX / 1e6)
        return ""

    def can_vectorize(self) -> bool:
        """Return whether *Vectorize all* is enabled."""
        return not self._state.is_busy and not self.problem()

    def preview_job(self) -> Optional[VectorizeJob]:
        """Return the job of the current view without its output; None if it cannot be drawn.

        It has no heights, because they take longer than the polygons.
        """
        if self.preview_problem():
            return None
        return VectorizeJob(extent=self._visible(), **self._common())

    def full_job(self) -> VectorizeJob:
        """Return the job of the whole raster without its output, with the heights of its run."""
        return VectorizeJob(**self._common(), **self._heights())

    def _common(self) -> Dict[str, Any]:
        job, classes = self._state.label_job, self._state.classes
        confidence = job.confidence if job is not None and _exists(job.confidence) else ""
        return {
            "classes": classes.source if classes is not None else "",
            "output": "",
            "confidence": confidence,
            "legend": legend_of(job.model) if job is not None else ISPRS,
            **{name: getattr(self._state.options, name) for name in FIELDS},
        }

    def _heights(self) -> Dict[str, Any]:
        job = self._state.label_job
        if job is None or not _exists(job.dsm) or (job.dtm and not _exists(job.dtm)):
            return {}
        return {name: getattr(job, name) for name in HEIGHT_FIELDS}

    def _visible(self) -> Optional[Extent]:
        """Return the visible part of the class raster; None if no part is visible."""
        classes, view = self._state.classes, self._state.view
        if classes is None or view is None:
            return None
        whole = classes.extent
        part = (
            max(whole[0], view[0]),
            max(whole[1], view[1]),
            min(whole[2], view[2]),
            min(whole[3], view[3]),
        )
        return part if part[0] < part[2] and part[1] < part[3] else None

    def _visible_px(self) -> float:
        classes, part = self._state.classes, self._visible()
        if classes is None or part is None:
            return 0.0
        whole = classes.extent
        share = (part[2] - part[0]) / (whole[2] - whole[0]) * (part[3] - part[1])
        return classes.width_px * classes.height_px * share / (whole[3] - whole[1])


def _exists(path: str) -> bool:
    return bool(path) and Path(RasterPath.parse(path).file).exists()
