# SPDX-License-Identifier: GPL-2.0-or-later
"""What an image file says about its bands, for the protocol's rules that tell their roles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..protocol import BandTraits

if TYPE_CHECKING:
    from rasterio import DatasetReader


def band_traits(dataset: DatasetReader) -> tuple[BandTraits, ...]:
    """Return what the dataset says about each of its bands."""
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
    micrometres = dataset.tags(number, ns="IMAGERY").get("CENTRAL_WAVELENGTH_UM")
    tags = {key.lower(): value for key, value in dataset.tags(number).items()}
    try:
        if micrometres is not None:
            return 1000 * float(micrometres)
        wavelength = float(tags["wavelength"])
    except (KeyError, ValueError):
        return None
    return wavelength * 1000 if wavelength < 100 else wavelength  # micrometres or nanometres
