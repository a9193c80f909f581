# SPDX-License-Identifier: GPL-2.0-or-later
"""Background task that reads a small sample of three bands, because large rasters are slow."""

from __future__ import annotations

from array import array
from math import isfinite
from typing import Callable, List, Optional, Tuple

from qgis.core import (
    Qgis,
    QgsRasterBlock,
    QgsRasterBlockFeedback,
    QgsRasterLayer,
    QgsRectangle,
    QgsTask,
)

from ..i18n import tr
from ..log import LOGGER
from .band_sample import BandSample

EDGE_PX = 96  # on the screen
SAMPLED_PX = 2 * EDGE_PX  # averaged for display, which avoids aliasing


class PreviewTask(QgsTask):  # type: ignore[misc]
    """Task that samples three bands of a layer; keep a reference until it has delivered the sample.

    Args:
        layer: image layer, which may be removed while the task runs.
        bands: numbers of the NIR, red and green bands.
        on_sample: callback for the sample, called on the main thread unless reading fails.
    """

    def __init__(
        self,
        layer: QgsRasterLayer,
        bands: Tuple[int, int, int],
        on_sample: Callable[[BandSample], None],
    ) -> None:
        super().__init__(tr("Orthoscribe band preview"), QgsTask.Flag.CanCancel)
        self._provider = layer.dataProvider().clone()
        self._extent = QgsRectangle(layer.extent())
        self._size = _sample_size(layer.width(), layer.height())
        self._bands = bands
        self._on_sample: Optional[Callable[[BandSample], None]] = on_sample
        self._feedback = QgsRasterBlockFeedback()
        self._sample: Optional[BandSample] = None

    def run(self) -> bool:
        """Read the sample (background thread). No exception may escape, or QGIS crashes."""
        try:
            self._sample = self._read()
        except Exception as error:
            LOGGER.warning("The bands cannot be previewed: %s", error)
        return self._sample is not None and not self.isCanceled()

    def finished(self, result: bool) -> None:
        """Deliver the sample (main thread)."""
        on_sample, self._on_sample = self._on_sample, None
        if result and on_sample is not None and self._sample is not None:
            on_sample(self._sample)

    def cancel(self) -> None:
        """Stop reading; the callback is not called any more."""
        self._on_sample = None
        self._feedback.cancel()
        super().cancel()

    def _read(self) -> BandSample:
        blocks = [self._block(band) for band in self._bands]
        nir, red, green = (_values(block) for block in blocks)
        valid = [
            all(isfinite(value) for value in values)
            and not any(block.isNoData(pixel) for block in blocks)
            for pixel, values in enumerate(zip(nir, red, green))
        ]
        return BandSample(*self._size, nir, red, green, valid)

    def _block(self, band: int) -> QgsRasterBlock:
        block = self._provider.block(band, self._extent, *self._size, self._feedback)
        if not block.convert(Qgis.DataType.Float32):
            raise ValueError(f"Band {band} cannot be read.")
        return block


def _values(block: QgsRasterBlock) -> List[float]:
    values = array("f")
    values.frombytes(bytes(block.data()))
    return values.tolist()


def _sample_size(width_px: int, height_px: int) -> Tuple[int, int]:
    """Return the size of the sample, with the aspect ratio of the raster."""
    scale = min(1.0, SAMPLED_PX / max(width_px, height_px, 1))
    return max(1, round(width_px * scale)), max(1, round(height_px * scale))
