# SPDX-License-Identifier: GPL-2.0-or-later
"""Coverage of all classes: polygons without gaps and overlaps, whose borders are simplified once.

`clean` merges small regions into their neighbors (`adjacency`, `absorb`). `tracer` then turns
strips into polygons: `borders` finds where borders bend and meet, `arcs` follows each border once,
`simplify` drops corners (`douglas_peucker`) without changing which region lies where (`crossings`,
`embedding`, `blocks`), and `pieces` joins both sides of the arcs to rings. `cut_out` replaces
polygons of a coverage by other outlines: `near_segments` finds which outlines borders link,
`cut_faces` cuts those together (`segment_chains`), and `directed_edges` puts faces and polygons
together again. All are pure kernels.
"""
