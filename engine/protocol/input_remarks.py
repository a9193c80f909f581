# SPDX-License-Identifier: GPL-2.0-or-later
"""Remarks on doubtful images and heights, as messages for the user.

Dock and toolbox show them before a run, and the engine logs them as warnings, so the messages are
shared. They contain no measured values, because the plugin measures on a coarser sample than the
engine. An empty string or tuple means that there is no remark.
"""

from __future__ import annotations

import re
from typing import Mapping, Sequence, Set, Tuple

from .bands import (
    MISLEADING_WORDS,
    ROLE_TITLES,
    WAVELENGTHS_NM,
    WORDS,
    BandTraits,
    marks_natural_colors,
    roles_by_custom,
)
from .model_card import ModelCard
from .resolution import length_text

OTHER_COLORS = {"blue": {"blue", "bleu", "blau"}}
TERRAIN_WORDS = {"dtm", "dgm", "mnt", "mdt", "terrain", "bare", "bareearth", "ground", "gelaende"}
SURFACE_WORDS = {"dsm", "dom", "mns", "mds", "surface", "ndsm"}
WAVELENGTH_SLACK_NM = 50
COARSE_RATIO, COARSE_M = 8, 1.5  # heights at least this much coarser than the image, and in meters
LARGEST_ZERO_OFFSET_M = 0.4  # between streets and terrain model

PHOTO_BANDS = 3
_PHOTO_HINT = (
    "; a photo in natural colors has no near infrared, so choose another image if it is one"
)


def band_remarks(
    roles: Sequence[str],
    given: Mapping[str, int],
    bands: Sequence[int],
    traits: Sequence[BandTraits],
) -> Tuple[str, ...]:
    """Return remarks on the selected bands.

    Args:
        roles: roles of the bands, from `nir`, `red`, `green`.
        given: band number by role, selected by the user; 0 or missing: automatic.
        bands: number of the band used for each role.
        traits: metadata of all bands of the file.
    """
    taken = dict(zip(roles, bands))
    crossed = tuple(_crossed(role, traits[number - 1]) for role, number in taken.items())
    return tuple(each for each in (*crossed, _custom_remark(roles, given, taken, traits)) if each)


def sketch_remark(card: ModelCard) -> str:
    """Return a remark on the quality of a model without heights; empty for one with heights."""
    if card.wants_heights:
        return ""
    scores = [
        f"{title} {card.scores[name]:.2f}"
        for title, name in (("buildings", "f1_building"), ("trees", "f1_tree"), ("cars", "f1_car"))
        if name in card.scores
    ]
    measured = f" (F1 on generated scenes: {', '.join(scores)})" if scores else ""
    return (
        f"The model '{card.name}' uses no heights, so its labels are a sketch: roofs, roads and "
        f"trees are often confused{measured}. With a DSM, choose a model that uses it."
    )


def unread_dsm_remark(card: ModelCard, dsm: str) -> str:
    """Return a remark if a DSM is given to a model that does not read it; else empty.

    Args:
        card: card of the model.
        dsm: path of the DSM; empty: none.
    """
    if card.wants_heights or not dsm:
        return ""
    return (
        f"The DSM is not read, because the model '{card.name}' uses no heights: choose a model for "
        "image and heights, or leave the DSM out."
    )


def terrain_name_remark(dsm: str, dtm: str = "") -> str:
    """Return a remark if the name of the DSM is that of a terrain model, or of a swapped DTM.

    Args:
        dsm: name of the layer or file given as DSM.
        dtm: name of the layer or file given as DTM; empty: none.

    >>> terrain_name_remark("dsm.tif", "dtm.tif")
    ''
    """
    is_terrain = bool(_words(dsm) & TERRAIN_WORDS) and not _words(dsm) & SURFACE_WORDS
    if dtm and is_terrain and _words(dtm) & SURFACE_WORDS:
        return f"'{dsm}' is given as DSM and '{dtm}' as DTM: they look swapped. Exchange them."
    if not is_terrain:
        return ""
    return (
        f"'{dsm}' is given as surface model (DSM), but its name is that of a terrain model, which "
        "has no buildings and trees: give the DSM, and this one as DTM."
    )


def coarse_heights_remark(image_gsd_m: float, heights_gsd_m: float, title: str) -> str:
    """Return a remark if heights are too coarse for an image.

    Args:
        image_gsd_m: ground sampling distance of the image in meters; 0: unknown.
        heights_gsd_m: ground sampling distance of the heights in meters; 0: unknown.
        title: name of the heights, such as `DSM`.
    """
    if not image_gsd_m or heights_gsd_m < max(COARSE_M, COARSE_RATIO * image_gsd_m):
        return ""
    return (
        f"The {title} has {length_text(heights_gsd_m)} m per pixel and the image "
        f"{length_text(image_gsd_m)} m: the outlines of buildings and trees will be as coarse, "
        f"and cars have no height. Give a finer {title}."
    )


def zero_level_remark(low_m: float, kind: str) -> str:
    """Return a remark if the ground is not at height zero.

    Args:
        low_m: 5th percentile of heights above ground, in meters.
        kind: kind of the heights, one of `HEIGHT_KINDS`; an estimated ground is always at zero.
    """
    if kind not in ("dsm+dtm", "ndsm") or abs(low_m) <= LARGEST_ZERO_OFFSET_M:
        return ""
    above = low_m > 0
    if kind == "ndsm":
        return (
            "Hardly any pixel of the heights above ground is near 0, and the lowest ones are "
            f"{'above' if above else 'below'} it: if they are heights above sea level, give them "
            "as 'dsm'."
        )
    return (
        f"The DSM is {'above' if above else 'below'} the DTM nearly everywhere, including streets "
        "and lawns: they seem to have different zero levels (ellipsoid and geoid) or units. "
        "Convert both to one vertical datum, or leave out the DTM to have the ground estimated."
    )


def gap_remark(value: float, *, is_left_out: bool) -> str:
    """Return a remark on gaps in an image that declares no nodata value.

    Args:
        value: value of all bands in the gaps.
        is_left_out: whether these pixels get no label.
    """
    shown = f"{value:g}"
    if is_left_out:
        return (
            f"Parts of the image are {shown} in all bands, like a gap, and no nodata value is "
            f"declared: they get no label. Declare {shown} as nodata; or, if they are not a gap, "
            "add '|nodata=none' to the image's path, in the toolbox or a shell."
        )
    return (
        f"Parts of the image are {shown} in all bands, like a gap, but no nodata value is "
        f"declared, so they are labeled: if they are a gap, declare {shown} as nodata, or add "
        f"'|nodata={shown}' to the image's path."
    )


def height_gap_remark(title: str, value: float) -> str:
    """Return what to say about gaps in heights that declare no nodata value.

    Args:
        title: title of the heights, as `DSM`.
        value: stored value of the gaps.
    """
    return (
        f"Parts of the {title} are {value:g} and far from all other heights, like a gap, and this "
        f"value is not declared as nodata: they count as unknown. Declare {value:g} as nodata; or, "
        f"if it is a height, add '|nodata=none' to the path of the {title}."
    )


def coarse_steps_remark(title: str, dtype: str) -> str:
    """Return a remark on heights in steps of a whole meter.

    Args:
        title: title of the heights, as `DSM`.
        dtype: type of the band, which has neither a scale nor a unit below a meter.
    """
    if not dtype.startswith(("int", "uint")):
        return ""
    picture = ", or the gray levels of a picture" if dtype == "uint8" else ""
    return (
        f"The {title} has whole numbers ({dtype}) and declares no scale, so its heights are read "
        "in steps of 1 m, in which cars and hedges disappear. If the values are not meters"
        f"{picture}, convert them."
    )


def undeclared_heights_remark(title: str) -> str:
    """Return a remark on impossible heights that are not declared as nodata."""
    return (
        f"Parts of the {title} have values that are impossible as heights, such as -9999, and its "
        "nodata value is not declared: they count as unknown."
    )


def foot_heights_remark(title: str) -> str:
    """Return a remark on heights without a unit in a CRS in feet."""
    return (
        f"The CRS of the {title} is in feet and the unit of its heights is not declared, so "
        f"they are read as meters: if they are feet too, convert them, or declare the unit of the "
        "band."
    )


def mixed_types_remark(types: Sequence[str]) -> str:
    """Return a remark if bands differ in type.

    Args:
        types: data type of each band used, such as `uint8`.
    """
    if len(set(types)) < 2:
        return ""
    return (
        f"The bands differ in type ({', '.join(types)}), so each is stretched separately: labels "
        "are better with bands of one type and scale."
    )


def _crossed(role: str, band: BandTraits) -> str:
    """Return a remark if the file declares a band as another color than it is used for."""
    own = _own_color(role, band)
    if not own:
        return ""
    return (
        f"Band {band.number} is used as {ROLE_TITLES[role]}, but the image declares it as {own}: "
        "choose the bands again, or the labels will be wrong."
    )


def _own_color(role: str, band: BandTraits) -> str:
    if band.words & WORDS[role]:
        return ""
    colors = {**WORDS, **OTHER_COLORS}
    for other, words in colors.items():
        if band.words & words and not band.words & MISLEADING_WORDS:
            return {**ROLE_TITLES, "blue": "blue"}[other]
    low, high = WAVELENGTHS_NM[role]
    seen = band.wavelength_nm
    if seen and not low - WAVELENGTH_SLACK_NM <= seen <= high + WAVELENGTH_SLACK_NM:
        return f"{seen:.0f} nm"
    return ""


def _custom_remark(
    roles: Sequence[str],
    given: Mapping[str, int],
    taken: Mapping[str, int],
    traits: Sequence[BandTraits],
) -> str:
    guessed = roles_by_custom(roles, given, traits)
    if not guessed:
        return ""
    listed = ", ".join(f"band {number} as {ROLE_TITLES[role]}" for role, number in taken.items())
    if "nir" in guessed and marks_natural_colors(traits):
        return (
            "The image declares its bands as red, green and blue, so it may have no near infrared. "
            "As images with near infrared are often declared so, too, it is read as one: "
            f"{listed}. If it is a photo in natural colors, choose an image with near infrared; if "
            "the bands have another order, give their numbers."
        )
    some = " or ".join(ROLE_TITLES[role] for role in guessed)
    which = "which" if tuple(guessed) == tuple(roles) else some
    return (
        f"The image does not clearly declare which band is {which}, so the usual order is "
        f"assumed: {listed}. Give the band numbers if that is wrong"
        f"{_PHOTO_HINT if 'nir' in guessed and len(traits) == PHOTO_BANDS else ''}."
    )


def _words(name: str) -> Set[str]:
    stem = re.split(r"[\\/]", name)[-1].lower()
    return set(re.findall(r"[a-z]+", stem))
