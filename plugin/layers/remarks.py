# SPDX-License-Identifier: GPL-2.0-or-later
"""What is doubtful about layers, told in an instant, in the words of the engine.

Dock and toolbox show these sentences before a run; the engine, which also reads pixels, logs the
same ones.
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
from .ground import gsd_m
from .inputs import file_and_layer

if TYPE_CHECKING:
    from qgis.core import QgsRasterLayer


class Heights(NamedTuple):
    """What is known of a heights raster: names of its file and its layer, and its GSD in meters."""

    file: str
    layer: str
    gsd_m: float


def heights_of(layer: QgsRasterLayer) -> Heights:
    """Return what is known of a heights layer."""
    file, _ = file_and_layer(layer)
    return Heights(Path(file).name, layer.name(), gsd_m(layer))


def image_remarks(
    image: QgsRasterLayer, roles: Sequence[str], given: Mapping[str, int]
) -> Tuple[str, ...]:
    """Return what is doubtful about the bands taken of an image.

    Args:
        image: that can be read.
        roles: of `nir`, `red`, `green`, that the model needs.
        given: band number by role as the user chose it; 0 or absent: it is found.
    """
    traits = band_traits(image)
    try:
        bands = find_bands(roles, given, traits)
    except InputError:
        return ()  # told as a problem
    return band_remarks(roles, given, bands, traits)


def chosen_bands(
    image: QgsRasterLayer, roles: Sequence[str], shown: Mapping[str, int]
) -> Mapping[str, int]:
    """Return the numbers that a job must name for `shown`: 0 for each that would be found anyway.

    So the engine doubts what was guessed, and trusts what was chosen.
    """
    traits = band_traits(image)
    guessed = guess_bands(roles, {}, traits)
    chosen = {role: 0 if number == guessed[role] else number for role, number in shown.items()}
    return chosen if guess_bands(roles, chosen, traits) == dict(shown) else shown


def height_remarks(
    image_gsd_m: float, dsm: Optional[Heights], dtm: Optional[Heights], kind: str
) -> Tuple[str, ...]:
    """Return what is doubtful about heights.

    Args:
        image_gsd_m: ground sampling distance of the image in meters; 0: unknown.
        dsm: given as DSM or nDSM; None: none is.
        dtm: given as DTM; None: none is.
        kind: one of `HEIGHT_KINDS`.
    """
    if dsm is None:
        return ()
    # The engine knows the names of files alone; where these say nothing, those of layers may.
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
