# SPDX-License-Identifier: GPL-2.0-or-later
"""Assignment of the bands of an image to the roles near infrared, red and green.

The sources are used in this order: the user's selection, band descriptions, wavelengths, color
interpretation, and at last the usual band order. Three bands are usually NIR, red, green, as in the
ISPRS data, whose interpretation of red, green, blue is only a default. Four bands are usually red,
green, blue, NIR. An alpha band is never a color.

The dock and the engine share these rules, so that the dock shows what the engine uses.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import Dict, Mapping, NamedTuple, Optional, Sequence, Set, Tuple

from .errors import InputError
from .words import listed

ROLE_TITLES = {"nir": "near infrared", "red": "red", "green": "green"}
WORDS = {
    "nir": {"nir", "nir1", "infrared", "nearinfrared", "ir", "pir", "infrarouge", "infrarot"},
    "red": {"red", "r", "rouge", "rot"},
    "green": {"green", "g", "vert", "grün", "gruen"},
}
COLOR_WORDS = {"blue", "bleu", "blau", "b"}.union(*WORDS.values())
MISLEADING_WORDS = {"thermal", "short", "shortwave", "mid", "far", "edge", "rededge"}
ALPHA_WORDS = {"alpha", "mask"}
WAVELENGTHS_NM = {"nir": (750, 1000), "red": (620, 700), "green": (520, 600)}
CUSTOMS = {3: ("nir", "red", "green"), 4: ("red", "green", "blue", "nir")}


class BandTraits(NamedTuple):
    """Metadata of one band of a file.

    Args:
        number: number of the band, from 1.
        description: description of the band.
        interpretation: GDAL's color interpretation in lower case.
        wavelength_nm: central wavelength in nanometers; None: unknown.
    """

    number: int
    description: str = ""
    interpretation: str = "undefined"
    wavelength_nm: Optional[float] = None

    @property
    def words(self) -> Set[str]:
        """Words of the description, in lower case."""
        return set(re.findall(r"[^\W_]+", self.description.lower()))

    @property
    def is_alpha(self) -> bool:
        """Whether the band is transparency.

        By default GDAL declares the fourth band of four bytes as alpha, so a color in the
        description takes precedence.
        """
        if self.words & COLOR_WORDS:
            return False
        return self.interpretation == "alpha" or bool(self.words & ALPHA_WORDS)


def guess_bands(
    roles: Sequence[str], given: Mapping[str, int], traits: Sequence[BandTraits]
) -> Dict[str, int]:
    """Return the band number of each role, or 0 if it cannot be determined.

    Args:
        roles: roles of the bands, from `nir`, `red`, `green`.
        given: band number by role, selected by the user; 0 or missing: automatic.
        traits: metadata of all bands.

    >>> guess_bands(("nir", "red"), {}, [BandTraits(1, "red"), BandTraits(2, "NIR")])
    {'nir': 2, 'red': 1}
    """
    colors = [band for band in traits if not band.is_alpha]
    found = {role: given.get(role, 0) or _hinted(role, colors) for role in roles}
    return {role: found[role] or _customary(role, colors, found) for role in roles}


def roles_by_custom(
    roles: Sequence[str], given: Mapping[str, int], traits: Sequence[BandTraits]
) -> Tuple[str, ...]:
    """Return the roles whose bands follow only from the usual order, not from the user or file.

    >>> roles_by_custom(("nir", "red"), {}, [BandTraits(1), BandTraits(2), BandTraits(3)])
    ('nir', 'red')
    """
    colors = [band for band in traits if not band.is_alpha]
    return tuple(role for role in roles if not given.get(role, 0) and not _hinted(role, colors))


def marks_natural_colors(traits: Sequence[BandTraits]) -> bool:
    """Return whether a file declares its bands as red, green and blue, without near infrared.

    >>> marks_natural_colors([BandTraits(1, "", "red"), BandTraits(2), BandTraits(3)])
    False
    """
    colors = (band.interpretation for band in traits if not band.is_alpha)
    return sorted(colors) == ["blue", "green", "red"]


def find_bands(
    roles: Sequence[str], given: Mapping[str, int], traits: Sequence[BandTraits]
) -> Tuple[int, ...]:
    """Return the band number of each role, in the order of `roles`.

    Args:
        roles: roles of the bands, from `nir`, `red`, `green`, in the order of the channels.
        given: band number by role, selected by the user; 0 or missing: automatic.
        traits: metadata of all bands.

    Raises:
        InputError: if a band is missing, used twice, or cannot be determined.
    """
    _check_given(given, traits)
    colors = sum(not band.is_alpha for band in traits)
    if colors < len(roles):
        raise InputError(
            f"The image has {_counted(colors)}, but {len(roles)} are needed "
            f"({_titles(roles)}): choose another image, or a model that needs fewer bands. If each "
            "band has a file of its own, make one image of them first, for example with "
            "gdalbuildvrt -separate (in QGIS: Raster > Miscellaneous > Build Virtual Raster)."
        )
    found = guess_bands(roles, given, traits)
    missing = [role for role in roles if not found[role]]
    if missing:
        raise InputError(
            f"The {_titles(missing)} band cannot be determined from the image's "
            f"{_counted(colors)}: give the band numbers."
        )
    _check_distinct(found)
    return tuple(found[role] for role in roles)


def _hinted(role: str, colors: Sequence[BandTraits]) -> int:
    """Return the number of the band that the file declares as `role`, or 0."""
    for band in colors:
        if band.words & WORDS[role] and not band.words & MISLEADING_WORDS:
            return band.number
    low, high = WAVELENGTHS_NM[role]
    inside = {
        abs(band.wavelength_nm - (low + high) / 2): band.number
        for band in colors
        if band.wavelength_nm and low <= band.wavelength_nm <= high
    }
    if inside:
        return inside[min(inside)]
    has_nir = any(band.interpretation == "nir" for band in colors)
    if has_nir or len(colors) > 3:  # the interpretation of three bands is only a default
        matching = [band.number for band in colors if band.interpretation == role]
        return matching[0] if len(matching) == 1 else 0
    return 0


def _customary(role: str, colors: Sequence[BandTraits], found: Mapping[str, int]) -> int:
    """Return the number of the band that is usually `role` and not taken, or 0."""
    custom = CUSTOMS.get(len(colors), ())
    if role not in custom:
        return 0
    band = colors[custom.index(role)]
    is_free = band.number not in found.values() and not band.words & COLOR_WORDS
    return band.number if is_free else 0


def _check_given(given: Mapping[str, int], traits: Sequence[BandTraits]) -> None:
    for role, number in given.items():
        if number > len(traits):
            raise InputError(
                f"Band {number} is selected as {ROLE_TITLES[role]}, but the image has "
                f"{_counted(len(traits))}: choose another band."
            )
    _check_distinct({role: number for role, number in given.items() if number})


def _check_distinct(found: Mapping[str, int]) -> None:
    for number, uses in Counter(found.values()).items():
        if uses > 1:
            roles = [role for role in found if found[role] == number]
            raise InputError(
                f"Band {number} is used as {_titles(roles)}: each needs a band of its own."
            )


def _titles(roles: Sequence[str]) -> str:
    return listed(ROLE_TITLES[role] for role in roles)


def _counted(bands: int) -> str:
    return "one band" if bands == 1 else f"{bands} bands"
