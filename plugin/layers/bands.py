# SPDX-License-Identifier: GPL-2.0-or-later
"""Band metadata of a raster layer, input of the rules that detect band roles."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Dict, Optional, Tuple

from ..protocol import IMAGE_ROLES, BandTraits, guess_bands

if TYPE_CHECKING:
    from qgis.core import QgsRasterInterface, QgsRasterLayer

BANDS_PROPERTY = "orthoscribe/bands"  # numbers chosen in the dock
# QGIS shows "Band 4: nir" for a band with a description, "Band 4 (Red)" or "Band 4" without.
_DESCRIBED = re.compile(r"\D*\d+\s*:\s*(?P<description>.+)")
_WAVELENGTH = re.compile(r"(?P<number>\d+(?:\.\d+)?)\s*(?P<unit>nm|nanomet|µm|um|micro)", re.I)


def guess_band_roles(layer: QgsRasterLayer) -> Dict[str, int]:
    """Return the band number of `nir`, `red` and `green`; 0 if it cannot be detected."""
    return guess_bands(IMAGE_ROLES, {}, band_traits(layer))


def initial_bands(layer: QgsRasterLayer) -> Tuple[int, ...]:
    """Return the NIR, red and green bands saved for `layer`, else those that are detected."""
    saved = str(layer.customProperty(BANDS_PROPERTY, "")).split()
    if len(saved) == len(IMAGE_ROLES) and all(
        word.isdigit() and int(word) <= layer.bandCount() for word in saved
    ):
        return tuple(map(int, saved))
    guessed = guess_band_roles(layer)
    return tuple(guessed[role] for role in IMAGE_ROLES)


def band_traits(layer: QgsRasterLayer) -> Tuple[BandTraits, ...]:
    """Return the metadata of each band of `layer`."""
    return tuple(_traits(layer, number) for number in range(1, layer.bandCount() + 1))


def band_description(shown_name: str) -> str:
    """Return the description in the name that QGIS shows for a band; empty without one.

    >>> band_description("Band 4: nir"), band_description("Band 1 (Red)")
    ('nir', '')
    """
    match = _DESCRIBED.match(shown_name)
    return match["description"].strip() if match else ""


def wavelength_nm(description: str) -> Optional[float]:
    """Return the wavelength in a band description, in nanometers; None without one.

    >>> wavelength_nm("b8 (0.842 Micrometers)"), wavelength_nm("B08 842 nm"), wavelength_nm("nir")
    (842.0, 842.0, None)
    """
    match = _WAVELENGTH.search(description)
    if match is None:
        return None
    is_micrometers = match["unit"].lower() not in ("nm", "nanomet")
    return float(match["number"]) * (1000 if is_micrometers else 1)


def _traits(layer: QgsRasterLayer, number: int) -> BandTraits:
    description = band_description(layer.bandName(number))
    provider: QgsRasterInterface = layer.dataProvider()
    interpretation = provider.colorInterpretationName(number).lower()
    return BandTraits(number, description, interpretation, wavelength_nm(description))
