# SPDX-License-Identifier: GPL-2.0-or-later
"""The path of a vector layer as QGIS writes it: a file, and behind `|` what of it is meant.

`town.gpkg|layername=roads|subset="code" = 2` is the layer `roads` of `town.gpkg`, those features
alone. A path without `|` means all layers of the file.
"""

from __future__ import annotations

from typing import NamedTuple

SUBSET = "|subset="


class VectorSource(NamedTuple):
    """A vector file, and what of it is meant.

    Args:
        file: path.
        layer: name or number of the only layer that is meant; None: all.
        where: condition that features have to meet, in OGR SQL; empty: all features.
    """

    file: str
    layer: str | int | None = None
    where: str = ""


def vector_source(path: str) -> VectorSource:
    """Return what a path means.

    >>> vector_source('town.gpkg|layername=roads|subset="code" = 2')
    VectorSource(file='town.gpkg', layer='roads', where='"code" = 2')
    >>> vector_source("town.gpkg|layerid=0").layer
    0
    """
    head, _, where = path.partition(SUBSET)
    file, *options = head.split("|")
    layer: str | int | None = None
    for option in options:
        name, _, value = option.partition("=")
        if name.lower() == "layername" and value:
            layer = value
        elif name.lower() == "layerid" and value.isdecimal() and layer is None:
            layer = int(value)
    return VectorSource(file, layer, where)
