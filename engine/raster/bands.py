# SPDX-License-Identifier: GPL-2.0-or-later
"""Band metadata of an image file, from which `engine/protocol` infers the bands' roles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..protocol import BandTraits

if TYPE_CHECKING:
    from rasterio import DatasetReader


def band_traits(dataset: DatasetReader) -> tuple[BandTraits, ...]:
    """Return the declared name, color and wavelength of each band."""
    return tuple(
        BandTraits(
            number,
            dataset.descriptions[number - 1] or "",
            dataset.colorinterp[number - 1].name.lower(),
            _wavelength_nm(dataset, number),
        )
        for number in dataset.indexes
    )


def _wavelength_nm(dataset: DatasetReader, number: int) -> float | None:
    micrometers = dataset.tags(number, ns="IMAGERY").get("CENTRAL_WAVELENGTH_UM")
    tags = {key.lower(): value for key, value in dataset.tags(number).items()}
    try:
        if micrometers is not None:
            return 1000 * float(micrometers)
        wavelength = float(tags["wavelength"])
    except (KeyError, ValueError):
        return None
    return wavelength * 1000 if wavelength < 100 else wavelength  # in micrometers or nanometers
