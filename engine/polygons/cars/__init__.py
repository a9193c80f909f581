# SPDX-License-Identifier: GPL-2.0-or-later
"""Vehicles of a class raster: an oriented rectangle per car, van or truck, also where they touch.

Modules in the order of the steps:

    settings.py     sizes and limits
    patch.py        pixels of one connected region of the class car
    rectangle.py    oriented rectangles, and those of a set of pixels
    packing.py      rectangles of common cars in a region that holds several
    assigning.py    pixels of the region to rectangles, and their sizes
    vehicle.py      kinds of vehicles, and what is too large, small or high for one
    fit.py          all steps
"""
