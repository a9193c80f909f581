# SPDX-License-Identifier: GPL-2.0-or-later
"""Vector sources as QGIS writes them: a file, and after `|` a layer and a filter.

`town.gpkg|layername=roads|subset="code" = 2` are the features of the layer `roads` in `town.gpkg`
that match the filter. A path without `|` means all layers of the file.
"""

from __future__ import annotations

from typing import NamedTuple

SUBSET = "|subset="


class VectorSource(NamedTuple):
    """A vector file with an optional layer and filter.

    Args:
        file: path of the file.
        layer: name or number of the layer to read; None: all layers.
        where: filter of the features in OGR SQL; empty: all features.
    """

    file: str
    layer: str | int | None = None
    where: str = ""


def vector_source(path: str) -> VectorSource:
    """Parse a path with an optional layer and filter.

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
