# SPDX-License-Identifier: GPL-2.0-or-later
"""From a class raster to polygons: traced exactly, measured, written.

`runs`, `strip`, `edges`, `chains`, `fragments`, `rings` and `tally` are pure kernels; `tracer`
strings them together and carries what is unfinished from strip to strip; `features` puts finished
polygons on the map; `layers` says what is drawn. Only `source`, `geopackage` and `trace` touch
files.
"""
