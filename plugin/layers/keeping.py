# SPDX-License-Identifier: GPL-2.0-or-later
"""Keeps what a person edited or reviewed when the same image is labeled again. Main thread only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Callable, Iterable, List, Optional

from qgis.core import QgsApplication

from ..i18n import tr
from .carry_over_task import CarryOverTask
from .class_rasters import CLASSES, label_job_of
from .kept_polygons import kept_polygons
from .results import IS_PREVIEW, ROLE, RUN_ID

if TYPE_CHECKING:
    from qgis.core import QgsMapLayer, QgsProject

    from ..protocol import LabelJob, Outcome

OnEnd = Callable[[int, str], None]


class Keeping:
    """Carries polygons over from one result into the files of the next one, in the background."""

    def __init__(self) -> None:
        self._task: Optional[CarryOverTask] = None

    @property
    def is_running(self) -> bool:
        """Whether polygons are being written."""
        return self._task is not None

    def start(
        self, former: Iterable[QgsMapLayer], job: LabelJob, outcome: Outcome, on_end: OnEnd
    ) -> None:
        """Carry polygons over, before the layers of the new run are added to the project.

        Args:
            former: layers of the former result.
            job: job of the new run; what lies outside of its area is left out.
            outcome: outcome of the new run.
            on_end: callback for the number of polygons and what went wrong, called at once if
                there is nothing to do.
        """
        file, kept = outcome.artifacts.get("polygons"), kept_polygons(former)
        if not kept or not file:
            on_end(0, "")
            return

        def end(count: int, problem: str) -> None:
            self._task = None
            on_end(count, problem)

        is_part = job.extent is not None or bool(job.area)
        classes = outcome.artifacts.get("classes", "") if is_part else ""
        self._task = CarryOverTask(kept, file, end, classes)
        QgsApplication.taskManager().addTask(self._task)

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


def last_result_of(image: str, project: QgsProject) -> List[QgsMapLayer]:
    """Return the layers of the newest result of an image that is not a preview.

    Args:
        image: path of the image, as in a job.
        project: project with the layers.
    """
    for node in project.layerTreeRoot().findLayers():
        layer = node.layer()
        if layer is None or layer.customProperty(ROLE) != CLASSES or not layer.isValid():
            continue
        job = label_job_of(layer) if not layer.customProperty(IS_PREVIEW) else None
        if job is not None and job.image == image:
            return layers_of_run(str(layer.customProperty(RUN_ID) or ""), project)
    return []
