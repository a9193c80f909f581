# SPDX-License-Identifier: GPL-2.0-or-later
"""Road network of a class raster: center lines with widths, and the area of the roads.

Modules in the order of the steps:

    shares.py       class raster to shares of sealed ground in cells of 0.4 m, strip by strip
    distance.py     distances to a mask, band by band
    regions.py      connected cells of a mask by their sizes, band by band
    mask.py         sealed ground without cars, gaps under crowns and specks
    skeleton.py     mask to nodes and paths
    network.py      edges between nodes, with their local radii
    parts.py        parts of an edge
    profile.py      samples along an edge
    pruning.py      spurs
    wide_pieces.py  lots beside a road
    judging.py      edges judged piece by piece
    components.py   connected parts that are too small for roads
    bridging.py     gaps between ends that face each other
    ends.py         ends of roads
    area.py         sealed ground that belongs to the roads
    trace.py        all steps
"""
