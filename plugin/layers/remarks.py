# SPDX-License-Identifier: GPL-2.0-or-later
"""Warnings about input layers, without reading pixels.

The dock and the toolbox show them before a run. The engine, which also reads pixels, logs the same
sentences.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Mapping, NamedTuple, Optional, Sequence, Tuple

from ..protocol import (
    InputError,
    band_remarks,
    coarse_heights_remark,
    find_bands,
    guess_bands,
    terrain_name_remark,
)
from .bands import band_traits
from .gsd import gsd_m
from .inputs import file_and_layer

if TYPE_CHECKING:
    from qgis.core import QgsRasterLayer


class Heights(NamedTuple):
    """Properties of a heights raster: names of its file and its layer, and its GSD in meters."""

    file: str
    layer: str
    gsd_m: float


def heights_of(layer: QgsRasterLayer) -> Heights:
    """Return the properties of a heights layer."""
    file, _ = file_and_layer(layer)
    return Heights(Path(file).name, layer.name(), gsd_m(layer))


def image_remarks(
    image: QgsRasterLayer, roles: Sequence[str], given: Mapping[str, int]
) -> Tuple[str, ...]:
    """Return warnings about the bands used of an image.

    Args:
        image: image layer that can be read.
        roles: roles that the model needs, among `nir`, `red` and `green`.
        given: band number chosen by the user, by role; 0 or absent to detect it.
    """
    traits = band_traits(image)
    try:
        bands = find_bands(roles, given, traits)
    except InputError:
        return ()  # reported as a problem
    return band_remarks(roles, given, bands, traits)


def chosen_bands(
    image: QgsRasterLayer, roles: Sequence[str], shown: Mapping[str, int]
) -> Mapping[str, int]:
    """Return the band numbers of a job for those `shown`: 0 for each that is detected anyway.

    So the engine warns about detected bands, and accepts chosen ones.
    """
    traits = band_traits(image)
    guessed = guess_bands(roles, {}, traits)
    chosen = {role: 0 if number == guessed[role] else number for role, number in shown.items()}
    return chosen if guess_bands(roles, chosen, traits) == dict(shown) else shown


def height_remarks(
    image_gsd_m: float, dsm: Optional[Heights], dtm: Optional[Heights], kind: str
) -> Tuple[str, ...]:
    """Return warnings about heights.

    Args:
        image_gsd_m: ground sampling distance of the image in meters; 0 if unknown.
        dsm: properties of the DSM or nDSM; None if it is missing.
        dtm: properties of the DTM; None if it is missing.
        kind: one of `HEIGHT_KINDS`.
    """
    if dsm is None:
        return ()
    # The engine checks file names only; if these are neutral, layer names may give a hint.
    named = "" if kind == "ndsm" else _terrain_name(dsm, dtm)
    coarse = (
        coarse_heights_remark(image_gsd_m, each.gsd_m, title)
        for each, title in ((dsm, "nDSM" if kind == "ndsm" else "DSM"), (dtm, "DTM"))
        if each is not None
    )
    return tuple(each for each in (named, *coarse) if each)


def _terrain_name(dsm: Heights, dtm: Optional[Heights]) -> str:
    by_file = terrain_name_remark(dsm.file, dtm.file if dtm else "")
    return by_file or terrain_name_remark(dsm.layer, dtm.layer if dtm else "")
