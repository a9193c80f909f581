# SPDX-License-Identifier: GPL-2.0-or-later
"""Mosaics: many files that are one scene, as a virtual raster (VRT) of GDAL.

`paths` lists the files, `member` opens and describes each of them, `agreement` refuses those that
do not fit the others, `coverage` answers where there are files, and `vrt` writes the virtual raster
that all other code reads like a single file.
"""
