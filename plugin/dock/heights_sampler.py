# SPDX-License-Identifier: GPL-2.0-or-later
"""Checks of the chosen heights after each change, in one background task at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Optional, Tuple

from ..layers.checks import raster_problems
from ..layers.inputs import raster_source
from .heights_task import HeightLayers, HeightsSampleTask
from .layer_sampler import LayerSampler

if TYPE_CHECKING:
    from qgis.core import QgsProject

    from .heights_section import HeightsSection


class HeightsSampler(LayerSampler):
    """Samples the chosen heights once for each choice, and stores warnings about them.

    Args:
        section: section with the chosen heights.
        project: project with the transform context.
    """

    def __init__(self, section: HeightsSection, project: QgsProject) -> None:
        super().__init__(section)
        self.remarks: Tuple[str, ...] = ()
        self._section = section
        self._project = project
        self._sampled_key: Tuple[str, ...] = ()

    def _update(self) -> None:
        ground = self._ground()
        key = _key(ground)
        if key == self._sampled_key:
            return
        self._sampled_key = key
        self._cancel_task()
        self._set_remarks(())
        if ground is not None:
            context = self._project.transformContext()
            self._start(HeightsSampleTask(ground, context, self._set_remarks))

    def _ground(self) -> Optional[HeightLayers]:
        dsm, kind = self._section.dsm(), self._section.kind()
        dtm = self._section.dtm() if kind == "dsm+dtm" else None
        if dsm is None or (kind == "dsm+dtm" and dtm is None):
            return None
        layers = [layer for layer in (dsm, dtm) if layer is not None]
        if any(raster_problems(layer, "DSM") for layer in layers):
            return None
        return HeightLayers(dsm, dtm, kind)

    def _set_remarks(self, remarks: Tuple[str, ...]) -> None:
        self._task = None
        if remarks != self.remarks:
            self.remarks = remarks
            self.changed.emit()


def _key(ground: Optional[HeightLayers]) -> Tuple[str, ...]:
    if ground is None:
        return ()
    layers = [layer for layer in (ground.dsm, ground.dtm) if layer is not None]
    return (ground.kind, *map(raster_source, layers))  # the source includes CRS and nodata
