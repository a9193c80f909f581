# SPDX-License-Identifier: GPL-2.0-or-later
"""Road network of a class raster: center lines that meet exactly at their ends, and road areas."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING

import numpy as np
import shapely

from .area import RoadArea, road_cells
from .bridging import BridgeLimits, PassableGround, bridge_gaps
from .components import PartLimits, drop_small_parts
from .distance import border_distance_at
from .ends import straighten_ends
from .judging import RoadScore, drop_doubtful_pieces
from .mask import HALF, sealed_mask
from .network import Edge, Network
from .profile import profile_of
from .pruning import RasterFrame, SpurLimits, prune_spurs
from .settings import RoadSettings
from .skeleton import graph_of, thin
from .wide_pieces import WideLimits, cut_wide_pieces

if TYPE_CHECKING:
    from .shares import GroundShares

DEFAULTS = RoadSettings()
MIRROR_M = 14.0  # width of the mirrored margin, over the half width of the widest road
FARTHEST_M = 40.0  # largest radius of an edge; wider ground is a place in any case
SHORTEST_M = 2.0


@dataclass(frozen=True)
class RoadNetwork:
    """Roads of a class raster.

    Args:
        lines: center lines in pixel space, x = column and y = row, (n,) shapely LineStrings. Lines
            that meet share the coordinates of their ends.
        width_m: width of each line with its sidewalks, (n,) float64.
        length_m: length of each line, (n,) float64.
        area: cells of the roads.
        shape_px: height and width of the class raster.

    Raises:
        ValueError: if the arrays differ in length.
    """

    lines: np.ndarray
    width_m: np.ndarray
    length_m: np.ndarray
    area: RoadArea
    shape_px: tuple[int, int]

    def __post_init__(self) -> None:
        """Check the lengths of the arrays."""
        if not len(self.lines) == len(self.width_m) == len(self.length_m):
            raise ValueError("Each center line needs one width and one length.")


def roads_of_shares(shares: GroundShares, settings: RoadSettings = DEFAULTS) -> RoadNetwork:
    """Return the road network of a class raster that was reduced strip by strip.

    Args:
        shares: shares of sealed ground, see `ShareReducer`.
        settings: lengths, areas and limits.
    """
    network = _traced(shares, settings)
    edges = [_smoothed(edge, settings) for edge in network.edges.values()]
    edges = sorted(
        (edge for edge in edges if edge.length_m > SHORTEST_M or not _is_lone(network, edge)),
        key=lambda edge: tuple(edge.xy[0][::-1]),
    )
    widths_m = np.array([2 * edge.radius_m for edge in edges])
    pixel_m = shares.cell_m / shares.cell_px
    lines = np.array([shapely.LineString(edge.xy / pixel_m) for edge in edges], dtype=object)
    cells = road_cells(edges, widths_m, shares.sealed.shape, shares.cell_m)
    return RoadNetwork(
        lines=lines,
        width_m=widths_m,
        length_m=np.array([edge.length_m for edge in edges]),
        area=RoadArea(cells, shares.cell_px),
        shape_px=shares.shape_px,
    )


def _traced(shares: GroundShares, settings: RoadSettings) -> Network:
    """Return the network of roads, before its lines are smoothed."""
    cell_m = shares.cell_m
    pixel_m = cell_m / shares.cell_px
    height, width = shares.shape_px
    frame = RasterFrame(width * pixel_m, height * pixel_m)
    mask = sealed_mask(shares, settings)
    graph = graph_of(thin(mask, ceil(MIRROR_M / cell_m)))
    cells = np.concatenate([np.empty((0, 2), np.int64), *(path.cells for path in graph.paths)])
    radii = border_distance_at(mask, cells, FARTHEST_M / cell_m)
    network = Network.from_skeleton(graph, radii, cell_m)
    network.join()
    prune_spurs(network, frame, SpurLimits())
    ground = PassableGround(shares.passable >= HALF, cell_m)
    cut_wide_pieces(network, WideLimits(most_radius_m=settings.most_width_m / 2))
    # The second look drops what the first one left because of neighbors that it dropped.
    for _ in range(2):
        network.join()
        bridge_gaps(network, ground, frame, BridgeLimits())
        drop_doubtful_pieces(network, frame, RoadScore())
    network.join()
    drop_small_parts(network, frame, PartLimits())
    straighten_ends(network, mask, cell_m, frame)
    return network


def _smoothed(edge: Edge, settings: RoadSettings) -> Edge:
    profile = profile_of(edge, settings.smoothing_m)
    return Edge(edge.first, edge.last, profile.xy, profile.radii_m)


def _is_lone(network: Network, edge: Edge) -> bool:
    """Return whether an edge has a free end, so that no other edge loses its connection."""
    return 1 in (network.degree(edge.first), network.degree(edge.last))
