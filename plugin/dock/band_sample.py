# SPDX-License-Identifier: GPL-2.0-or-later
"""False-color picture, vegetation check and gap check of a small sample of three bands.

Uses plain lists, because a sample has only some thousand pixels and the plugin does not use numpy.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import List, Optional, Sequence, Tuple

from ..i18n import tr
from ..protocol import gap_remark

LOW_PERCENT, HIGH_PERCENT = 2.0, 98.0
INVERTED_NDVI = 0.15
INVERSION_RATIO = 1.3
VEGETATION_NDVI = 0.1
MIN_GAP_FRACTION = 0.005  # fraction of the sample


@dataclass(frozen=True)
class BandSample:
    """Values of an image on a coarse grid.

    Args:
        width_px: number of columns.
        height_px: number of rows.
        nir: raw near infrared values, row by row.
        red: raw red values, row by row.
        green: raw green values, row by row.
        valid: whether each pixel has values.
    """

    width_px: int
    height_px: int
    nir: Sequence[float]
    red: Sequence[float]
    green: Sequence[float]
    valid: Sequence[bool]


def argb_bytes(sample: BandSample) -> bytes:
    """Return the sample in false color, four bytes (blue, green, red, alpha) per pixel.

    Near infrared is shown as red, red as green and green as blue. Each band is stretched
    separately, and pixels that are not valid are transparent.
    """
    channels = [_stretched(band, sample.valid) for band in (sample.green, sample.red, sample.nir)]
    alpha = bytes(255 if valid else 0 for valid in sample.valid)
    pixels = bytearray(4 * len(alpha))
    for place, channel in enumerate((*channels, alpha)):
        pixels[place::4] = channel
    return bytes(pixels)


def vegetation_hint(sample: BandSample) -> Tuple[str, str]:
    """Return a text about the vegetation index, and a warning about the bands or an empty text.

    Plants reflect far more near infrared than red, and hardly any material does the opposite. An
    index that extends further below zero than above therefore indicates swapped bands.
    """
    index = sorted(_vegetation_index(sample))
    if not index:
        return tr("The preview has no valid pixels."), ""
    low, high = percentile(index, 5), percentile(index, 95)
    if -low > INVERTED_NDVI and -low > INVERSION_RATIO * high:
        hint = tr("The vegetation index looks inverted. Check if NIR and red bands are swapped.")
        return hint, hint
    share = sum(value > VEGETATION_NDVI for value in index) / len(index)
    return tr("{percent:.0f} % vegetation according to NDVI.").format(percent=100 * share), ""


def gap_remarks(sample: BandSample, largest: Optional[float]) -> Tuple[str, ...]:
    """Return warnings about patches that look like gaps without a declared nodata value.

    Args:
        sample: sample of an image without a nodata value.
        largest: largest value of the data type of the bands; None for floating point.
    """
    remarks = []
    for value, is_left_out in ((0.0, True), (largest, False)):
        if value is not None and _solid_px(sample, value) >= MIN_GAP_FRACTION * len(sample.valid):
            remarks.append(gap_remark(value, is_left_out=is_left_out))
    return tuple(remarks)


def _solid_px(sample: BandSample, value: float) -> int:
    """Return the number of pixels of `value` in all bands with equal pixels right and below."""
    held = [
        valid and nir == red == green == value
        for nir, red, green, valid in zip(sample.nir, sample.red, sample.green, sample.valid)
    ]
    inside = (at for at in range(len(held) - sample.width_px) if (at + 1) % sample.width_px)
    return sum(held[at] and held[at + 1] and held[at + sample.width_px] for at in inside)


def percentile(ordered: Sequence[float], percent: float) -> float:
    """Return a percentile of values in ascending order.

    >>> percentile([1.0, 2.0, 3.0, 4.0, 5.0], 50)
    3.0
    """
    return ordered[round((len(ordered) - 1) * percent / 100)]


def _stretched(band: Sequence[float], valid: Sequence[bool]) -> bytes:
    ordered = sorted(value for value, is_valid in zip(band, valid) if is_valid)
    if not ordered:
        return bytes(len(band))
    low, high = percentile(ordered, LOW_PERCENT), percentile(ordered, HIGH_PERCENT)
    factor = 255 / (high - low) if high > low else 0.0
    return bytes(
        int(min(255.0, max(0.0, (value - low) * factor))) if is_valid else 0
        for value, is_valid in zip(band, valid)
    )


def _vegetation_index(sample: BandSample) -> List[float]:
    return [
        (nir - red) / (nir + red)
        for nir, red, valid in zip(sample.nir, sample.red, sample.valid)
        if valid and nir + red > 0
    ]
