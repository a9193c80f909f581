# SPDX-License-Identifier: GPL-2.0-or-later
"""From a class raster to polygons: traced exactly, measured, written.

`runs`, `edges`, `chains`, `rings` and `tally` are pure kernels on one strip; `tracer` carries
what is unfinished from strip to strip; `layers` says what is drawn; `geopackage` and `trace`
touch files.
"""
