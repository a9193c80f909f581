# SPDX-License-Identifier: GPL-2.0-or-later
"""Height units declared by a raster, in its band or in its vertical CRS."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from rasterio import DatasetReader
    from rasterio.crs import CRS

_FOOT_M, _SURVEY_FOOT_M = 0.3048, 1200 / 3937
METERS_BY_UNIT = {
    **dict.fromkeys(("m", "metre", "metres", "meter", "meters"), 1.0),
    **dict.fromkeys(("dm", "decimetre", "decimeter", "decimeters"), 0.1),
    **dict.fromkeys(("cm", "centimetre", "centimetres", "centimeter", "centimeters"), 0.01),
    **dict.fromkeys(("mm", "millimetre", "millimetres", "millimeter", "millimeters"), 0.001),
    **dict.fromkeys(("km", "kilometre", "kilometer", "kilometers"), 1000.0),
    **dict.fromkeys(("ft", "foot", "feet", "international foot", "foot international"), _FOOT_M),
    **dict.fromkeys(
        ("us-ft", "ftus", "us survey foot", "us survey feet", "foot us", "sft", "survey foot"),
        _SURVEY_FOOT_M,
    ),
}
# The unit of a vertical CRS is the last one in its definition, in WKT 1 and WKT 2.
_UNIT = re.compile(r'(?:LENGTH)?UNIT\["(?P<name>[^"]*)",(?P<factor>[0-9.eE+-]+)')
_VERTICAL = re.compile(r"\b(?:VERT_CS|VERTCRS)\[")


class HeightUnit(NamedTuple):
    """A unit of heights.

    Args:
        name: name of the unit in the raster.
        meters: length of one unit in meters.
    """

    name: str
    meters: float


def height_unit(dataset: DatasetReader, band: int) -> HeightUnit | None:
    """Return the height unit that a raster declares for a band (from 1), or None."""
    name = (dataset.units[band - 1] or "").strip()
    meters = METERS_BY_UNIT.get(re.sub(r"[\s_]+", " ", name.lower()).replace("u.s.", "us"))
    if meters is not None:
        return HeightUnit(name, meters)
    return _vertical_unit(dataset.crs) if dataset.crs is not None else None


def _vertical_unit(crs: CRS) -> HeightUnit | None:
    wkt = crs.to_wkt()
    vertical = _VERTICAL.search(wkt)
    if vertical is None:
        return None
    found = _UNIT.findall(wkt[vertical.end() :])
    if not found:
        return None
    name, factor = found[-1]
    return HeightUnit(name, float(factor))
