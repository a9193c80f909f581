# SPDX-License-Identifier: GPL-2.0-or-later
"""Roads of class rasters in memory, which are reduced in one strip."""

from orthoscribe.engine.polygons.roads.settings import RoadSettings
from orthoscribe.engine.polygons.roads.shares import ShareReducer
from orthoscribe.engine.polygons.roads.trace import roads_of_shares


def reduce_codes(codes, roles, gsd_m, cell_m):
    reducer = ShareReducer(codes.shape[1], roles, gsd_m, cell_m)
    reducer.feed(codes)
    return reducer.finish()


def trace_roads(codes, roles, gsd_m):
    return roads_of_shares(reduce_codes(codes, roles, gsd_m, RoadSettings().cell_m))


def road_area(network):
    """Pixels near a center line, (h, w) bool."""
    return network.area.rows(0, *network.shape_px)
