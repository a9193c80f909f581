# SPDX-License-Identifier: GPL-2.0-or-later
"""Coarse sample of heights, read in the background, and warnings based on it."""

from __future__ import annotations

from array import array
from math import isfinite
from typing import Callable, List, NamedTuple, Optional, Sequence, Tuple

from qgis.core import (
    Qgis,
    QgsCoordinateTransformContext,
    QgsRasterBlockFeedback,
    QgsRasterDataProvider,
    QgsRasterLayer,
    QgsRasterProjector,
    QgsRectangle,
    QgsTask,
)

from ..i18n import tr
from ..log import LOGGER
from ..protocol import undeclared_heights_remark, zero_level_remark
from .band_sample import percentile

EDGE_PX = 128
LOW_PERCENT = 5
LOWEST_M, HIGHEST_M = -1000.0, 9000.0  # range of plausible heights
MIN_SAMPLES = 50  # values needed for a warning about the zero level

SampledHeights = List[Optional[float]]


class HeightLayers(NamedTuple):
    """Layers to sample: a DSM or nDSM, a DTM if it is subtracted, and the kind of heights."""

    dsm: QgsRasterLayer
    dtm: Optional[QgsRasterLayer]
    kind: str


def sampled_remarks(
    dsm: Sequence[Optional[float]], dtm: SampledHeights, kind: str
) -> Tuple[str, ...]:
    """Return warnings about sampled heights.

    Args:
        dsm: DSM or nDSM values at sample points, None for nodata.
        dtm: DTM values at the same points; empty without a DTM.
        kind: one of `HEIGHT_KINDS`.
    """
    title = "nDSM" if kind == "ndsm" else "DSM"
    found = [
        undeclared_heights_remark(name)
        for name, values in ((title, dsm), ("DTM", dtm))
        if any(not LOWEST_M <= value <= HIGHEST_M for value in values if value is not None)
    ]
    above = sorted(_above_ground(dsm, dtm) if dtm else _plausible(dsm))
    if len(above) >= MIN_SAMPLES:
        found.append(zero_level_remark(percentile(above, LOW_PERCENT), kind))
    return tuple(each for each in found if each)


class HeightsSampleTask(QgsTask):  # type: ignore[misc]
    """Task that samples heights; keep a reference to it until it has delivered its remarks.

    Args:
        ground: layers to sample, which may be removed while the task runs.
        context: context of coordinate transformations.
        on_remarks: callback for the warnings, called on the main thread unless sampling fails.
    """

    def __init__(
        self,
        ground: HeightLayers,
        context: QgsCoordinateTransformContext,
        on_remarks: Callable[[Tuple[str, ...]], None],
    ) -> None:
        super().__init__(tr("Orthoscribe heights check"), QgsTask.Flag.CanCancel)
        self._kind = ground.kind
        self._extent = QgsRectangle(ground.dsm.extent())
        self._crs = ground.dsm.crs()
        layers = [layer for layer in (ground.dsm, ground.dtm) if layer is not None]
        self._sources = [(layer.dataProvider().clone(), layer.crs()) for layer in layers]
        self._context = context
        self._on_remarks: Optional[Callable[[Tuple[str, ...]], None]] = on_remarks
        self._feedback = QgsRasterBlockFeedback()
        self._remarks: Tuple[str, ...] = ()

    def run(self) -> bool:
        """Read the sample (background thread). No exception may escape, or QGIS crashes."""
        try:
            dsm, *others = (self._values(*source) for source in self._sources)
            self._remarks = sampled_remarks(dsm, others[0] if others else [], self._kind)
        except Exception as error:
            LOGGER.warning("The heights cannot be sampled: %s", error)
            return False
        return not self.isCanceled()

    def finished(self, result: bool) -> None:
        """Deliver the remarks (main thread)."""
        on_remarks, self._on_remarks = self._on_remarks, None
        if result and on_remarks is not None:
            on_remarks(self._remarks)

    def cancel(self) -> None:
        """Stop reading; the callback is not called any more."""
        self._on_remarks = None
        self._feedback.cancel()
        super().cancel()

    def _values(self, provider: QgsRasterDataProvider, crs: object) -> SampledHeights:
        projector = QgsRasterProjector()
        projector.setInput(provider)
        projector.setCrs(crs, self._crs, self._context)
        block = projector.block(1, self._extent, EDGE_PX, EDGE_PX, self._feedback)
        if not block.convert(Qgis.DataType.Float64):
            raise ValueError("The block cannot be read.")
        values = array("d")
        values.frombytes(bytes(block.data()))
        return [
            value if isfinite(value) and not block.isNoData(pixel) else None
            for pixel, value in enumerate(values)
        ]


def _plausible(values: Sequence[Optional[float]]) -> List[float]:
    return [each for each in values if each is not None and LOWEST_M <= each <= HIGHEST_M]


def _above_ground(dsm: Sequence[Optional[float]], dtm: SampledHeights) -> List[float]:
    pairs = (pair for pair in zip(dsm, dtm) if len(_plausible(pair)) == len(pair))
    return [surface - terrain for surface, terrain in pairs]  # type: ignore[operator]
