# SPDX-License-Identifier: GPL-2.0-or-later
"""Keeps what a person edited or reviewed when the same image is labeled again. Main thread only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Callable, List, NamedTuple, Optional, Sequence

from qgis.core import QgsApplication, QgsMapLayer

from ..i18n import tr
from .carry_over_task import CarryOverTask
from .class_rasters import CLASSES, label_job_of
from .kept_polygons import KeptPolygons, kept_polygons
from .results import IS_PREVIEW, ROLE, RUN_ID

if TYPE_CHECKING:
    from qgis.core import QgsProject

    from ..protocol import LabelJob, Outcome

OnEnd = Callable[[int, str], None]


class FormerResult(NamedTuple):
    """Layers of a result in the project.

    Args:
        layers: all its layers.
        classes: path of its class raster; empty if it does not matter where it has labels.
    """

    layers: List[QgsMapLayer]
    classes: str = ""


class PolygonCarryOver:
    """Carries polygons over from former results into the files of the next one, in the background.

    A polygon of an older result counts where no newer one has labels.
    """

    def __init__(self) -> None:
        self._task: Optional[CarryOverTask] = None

    @property
    def is_running(self) -> bool:
        """Whether polygons are being written."""
        return self._task is not None

    def start(
        self, former: Sequence[FormerResult], job: LabelJob, outcome: Outcome, on_end: OnEnd
    ) -> None:
        """Carry polygons over, before the layers of the new run are added to the project.

        Args:
            former: former results, the newest first.
            job: job of the new run; what lies outside of its area is left out.
            outcome: outcome of the new run.
            on_end: callback for the number of polygons and what went wrong, called at once if
                there is nothing to do.
        """
        file, layers = outcome.artifacts.get("polygons"), []
        for at, result in enumerate(former):
            kept = kept_polygons(result.layers)
            if kept:
                newer = tuple(each.classes for each in former[:at] if each.classes)
                layers.append(KeptPolygons(kept, newer))
        if not layers or not file:
            on_end(0, "")
            return

        def end(count: int, problem: str) -> None:
            self._task = None
            on_end(count, problem)

        classes = outcome.artifacts.get("classes", "") if is_part(job) else ""
        self._task = CarryOverTask(layers, file, end, classes)
        QgsApplication.taskManager().addTask(self._task)

    def cancel(self) -> None:
        """Leave out what is not carried over yet; `on_end` still follows."""
        if self._task is not None:
            self._task.cancel()

    def teardown(self) -> None:
        """Call no callback any more."""
        task, self._task = self._task, None
        if task is not None:
            task.abandon()


def kept_text(count: int) -> str:
    """Return a sentence about the polygons that were carried over."""
    return tr("Polygons that you edited or reviewed and that stay: {count}.").format(count=count)


def layers_of_run(run_id: str, project: QgsProject) -> List[QgsMapLayer]:
    """Return the layers of a run; none without an identifier."""
    layers = project.mapLayers().values()
    return [each for each in layers if run_id and each.customProperty(RUN_ID) == run_id]


def is_part(job: LabelJob) -> bool:
    """Return whether a job labels a part of its image."""
    return job.extent is not None or bool(job.area)


def former_results_of(image: str, project: QgsProject) -> List[FormerResult]:
    """Return the results of an image, the newest first, until one of the whole image.

    Previews are left out.

    Args:
        image: path of the image, as in a job.
        project: project with the layers.
    """
    found = []
    for node in project.layerTreeRoot().findLayers():
        layer = node.layer()
        if layer is None or layer.customProperty(ROLE) != CLASSES or not layer.isValid():
            continue
        job = label_job_of(layer) if not layer.customProperty(IS_PREVIEW) else None
        if job is None or job.image != image:
            continue
        layers = layers_of_run(str(layer.customProperty(RUN_ID) or ""), project)
        found.append(FormerResult(layers, layer.source()))
        if not is_part(job):
            break
    return found
