# SPDX-License-Identifier: GPL-2.0-or-later
"""Street layouts: density, width and surface of the streets of towns and open country."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..protocol import OPEN_COUNTRY
from .spectra import ASPHALT, CONCRETE, GRAVEL, PAVING, SIDEWALK, WORN_ASPHALT, Material

if TYPE_CHECKING:
    import numpy as np


@dataclass(frozen=True)
class StreetLayout:
    """Parameters of a street layout; pairs are the lowest and the highest value.

    Args:
        land: one of `LANDS`.
        block_length_m: distance between the axes of adjacent side streets, in meters.
        block_depth_m: distance between the axes of adjacent streets, in meters.
        half_roadway_m: half the width of a roadway, in meters.
        avenue_share: share of streets that are avenues.
        half_avenue_m: half the width of the roadway of an avenue, in meters.
        sidewalk_m: width of the sidewalks, in meters.
        open_shares: pairs of the shares of streets and of side streets that exist; one is drawn.
        roadways: materials of the roadways, with weights.
        marked_share: share of scenes with lane markings.
        railed_share: share of scenes with tram tracks in their avenues.
        repaired_share: share of scenes whose roadways have been patched.
        parked_share: share of a curb that is taken by parked cars.
        driven_share: probability of a moving car at each passable position, per direction; a
            street has between none and twice as many.
        has_curbs: whether a curb runs along the roadways.
        has_middle_street: whether a street always passes near the middle of the scene.
        built_middle_share: probability that the blocks in the middle of the scene have buildings,
            regardless of the district.
    """

    land: str
    block_length_m: tuple[float, float]
    block_depth_m: tuple[float, float]
    half_roadway_m: tuple[float, float]
    avenue_share: float
    half_avenue_m: tuple[float, float]
    sidewalk_m: tuple[float, float]
    open_shares: tuple[tuple[float, float], ...]
    roadways: tuple[tuple[Material, float], ...]
    marked_share: float
    railed_share: float
    repaired_share: float
    parked_share: tuple[float, float]
    driven_share: float
    has_curbs: bool
    has_middle_street: bool
    built_middle_share: float


TOWN = StreetLayout(
    land="town",
    block_length_m=(70.0, 120.0),
    block_depth_m=(44.0, 66.0),
    half_roadway_m=(2.7, 4.4),
    avenue_share=0.2,
    half_avenue_m=(7.0, 20.0),
    sidewalk_m=(1.3, 4.0),
    open_shares=((0.92, 0.65), (0.92, 0.65), (0.45, 0.15)),
    roadways=((ASPHALT, 5), (WORN_ASPHALT, 3), (CONCRETE, 1.5), (PAVING, 0.7)),
    marked_share=0.7,
    railed_share=0.3,
    repaired_share=0.4,
    parked_share=(0.0, 0.75),
    driven_share=0.1,
    has_curbs=True,
    has_middle_street=True,
    built_middle_share=0.65,
)
COUNTRY = StreetLayout(
    land="country",
    block_length_m=(110.0, 260.0),
    block_depth_m=(70.0, 160.0),
    half_roadway_m=(1.3, 3.2),
    avenue_share=0.0,
    half_avenue_m=(1.3, 3.2),
    sidewalk_m=(0.0, 0.6),
    open_shares=((0.6, 0.3), (0.4, 0.1)),
    roadways=((ASPHALT, 3), (GRAVEL, 2), (SIDEWALK, 0.5), (PAVING, 0.5)),
    marked_share=0.0,
    railed_share=0.0,
    repaired_share=0.2,
    parked_share=(0.0, 0.0),
    driven_share=0.03,
    has_curbs=False,
    has_middle_street=False,
    built_middle_share=0.0,
)
LAYOUTS = {layout.land: layout for layout in (TOWN, COUNTRY)}


def draw_layout(rng: np.random.Generator) -> StreetLayout:
    """Return a random layout for a scene."""
    return COUNTRY if OPEN_COUNTRY.draw(rng) else TOWN
