# SPDX-License-Identifier: GPL-2.0-or-later
"""Vectorization of class rasters: exact tracing along pixel edges, measurement and output.

`runs`, `strip`, `edges`, `chains`, `fragments`, `rings` and `tally` are pure kernels. `tracer`
combines them and carries unfinished components from strip to strip, `features` georeferences
finished polygons, `layers` defines the output layers. `coverage` traces all classes at once and
simplifies their borders. Only `source`, `geopackage` and `trace` access files.
"""
