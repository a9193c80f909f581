# SPDX-License-Identifier: GPL-2.0-or-later
"""Updates of the band preview, in one background task at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Optional, Sequence, Tuple

from qgis.core import Qgis

from ..i18n import tr
from ..layers.bands import band_traits
from ..layers.checks import raster_problems
from .band_sample import BandSample, gap_remarks, vegetation_hint
from .layer_sampler import LayerSampler
from .preview_task import PreviewTask

if TYPE_CHECKING:
    from qgis.core import QgsRasterLayer

    from .image_section import ImageSection

LARGEST = {Qgis.DataType.Byte: 255.0, Qgis.DataType.UInt16: 65535.0}


class PreviewSampler(LayerSampler):
    """Samples the chosen bands after each change, and shows the preview and a hint.

    Args:
        section: section with the chosen bands and the preview.
    """

    def __init__(self, section: ImageSection) -> None:
        super().__init__(section)
        self.hint = ""
        self.gaps: Tuple[str, ...] = ()
        self._section = section

    def _update(self) -> None:
        self._cancel_task()
        layer, bands = self._section.layer(), self._section.bands()
        if layer is None or raster_problems(layer, "image"):
            self._show(None, "", "")
        elif 0 in bands:
            self._show(None, tr("Choose all three bands for a preview."), "")
        else:
            self._start(PreviewTask(layer, bands, self._on_sample))

    def _on_sample(self, sample: BandSample) -> None:
        self._task = None
        layer = self._section.layer()
        gaps = _gaps(layer, self._section.bands(), sample) if layer is not None else ()
        self._show(sample, *vegetation_hint(sample), gaps)

    def _show(
        self, sample: Optional[BandSample], text: str, hint: str, gaps: Tuple[str, ...] = ()
    ) -> None:
        self._section.show_sample(sample, text)
        self.hint, self.gaps = hint, gaps
        self.changed.emit()


def _gaps(layer: QgsRasterLayer, bands: Sequence[int], sample: BandSample) -> Tuple[str, ...]:
    """Return warnings about gaps, none if the file or the user declares a nodata value."""
    provider = layer.dataProvider()
    is_declared = _has_alpha(layer) or any(
        provider.sourceHasNoDataValue(band) or provider.userNoDataValues(band) for band in bands
    )
    types = {provider.sourceDataType(band) for band in bands}
    largest = LARGEST.get(types.pop()) if len(types) == 1 else None
    return () if is_declared else gap_remarks(sample, largest)


def _has_alpha(layer: QgsRasterLayer) -> bool:
    """Return whether a band holds transparency; QGIS shows a mask as such a band too."""
    return any(traits.is_alpha for traits in band_traits(layer))
