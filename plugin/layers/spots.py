# SPDX-License-Identifier: GPL-2.0-or-later
"""Places to look at next: where a result is least certain, spread over the image and its classes.

Without a confidence raster the places lie on a regular grid. Rasters are read once, coarsely.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from math import hypot
from typing import TYPE_CHECKING, Iterator, List, Optional, Sequence, Tuple

from qgis.core import Qgis

from ..protocol import NODATA

if TYPE_CHECKING:
    from qgis.core import QgsRasterLayer

SAMPLES = 256  # along the longer edge of a raster
CELL = 8  # samples along the edge of a place
APART_FRACTION = 1 / 12  # of the diagonal of the image, between two places
GOLDEN = 0.618034  # fraction whose multiples are spread evenly
UNKNOWN = -1.0  # confidence without a raster of it

Point = Tuple[float, float]


@dataclass(frozen=True)
class Spot:
    """One place.

    Args:
        point: center of the place, in the CRS of the image.
        code: code of the most common class there; 0 if unknown.
        confidence: mean confidence in percent; `UNKNOWN` without a confidence raster.
        reach: half the edge of the place in units of the image's CRS.
    """

    point: Point
    code: int
    confidence: float
    reach: float


def find_spots(
    classes: Optional[QgsRasterLayer], confidence: Optional[QgsRasterLayer], image: QgsRasterLayer
) -> List[Spot]:
    """Return the places of an image, the least certain first.

    Args:
        classes: class raster of the image; None without one.
        confidence: confidence raster in percent; None without one.
        image: image.
    """
    width, height = _coarse_size(image)
    codes = _samples(classes, image, width, height)
    percents = _samples(confidence, image, width, height)
    spots = []
    for rows, columns in _cells(width, height):
        own = [
            row * width + column
            for row in rows
            for column in columns
            if codes is None or codes[row * width + column] != NODATA
        ]
        if 2 * len(own) <= len(rows) * len(columns):
            continue  # mostly outside of the labeled area
        code = Counter(codes[each] for each in own).most_common(1)[0][0] if codes else 0
        mean = sum(percents[each] for each in own) / len(own) if percents else UNKNOWN
        spots.append(_spot(image, rows, columns, (width, height), code, mean))
    # Equally certain places are shuffled, or the first ones would all lie at the upper edge.
    order = sorted(range(len(spots)), key=lambda n: (spots[n].confidence, (n * GOLDEN + 0.5) % 1))
    return [spots[number] for number in order]


def next_spot(spots: Sequence[Spot], seen: Sequence[Point], apart: float) -> Optional[Spot]:
    """Return the next place, far from those seen and of a class that was seen least; None at last.

    Args:
        spots: places, the least certain first.
        seen: centers of the places that were done or skipped.
        apart: least distance from these in units of the image's CRS; halved until a place is left.
    """
    taken = {spot.point for spot in spots if spot.point in set(seen)}
    counts = Counter(spot.code for spot in spots if spot.point in taken)
    left = [spot for spot in spots if spot.point not in taken]
    if not left:
        return None
    while True:
        far = [spot for spot in left if _distance(spot.point, seen) >= apart]
        if far:
            break
        apart = apart / 2 if apart > min(spot.reach for spot in left) else 0.0
    fewest = min(counts[spot.code] for spot in far)
    return next(spot for spot in far if counts[spot.code] == fewest)


def apart_of(image: QgsRasterLayer) -> float:
    """Return the distance between two places of an image in units of its CRS."""
    extent = image.extent()
    return APART_FRACTION * hypot(extent.width(), extent.height())


def _distance(point: Point, others: Sequence[Point]) -> float:
    return min((hypot(point[0] - x, point[1] - y) for x, y in others), default=float("inf"))


def _coarse_size(image: QgsRasterLayer) -> Tuple[int, int]:
    longer = max(image.width(), image.height())
    scale = min(1.0, SAMPLES / longer)
    return max(1, round(image.width() * scale)), max(1, round(image.height() * scale))


def _cells(width: int, height: int) -> Iterator[Tuple[range, range]]:
    """Yield the rows and columns of each place."""
    for rows in _parts(height):
        for columns in _parts(width):
            yield rows, columns


def _parts(length: int) -> List[range]:
    """Return a length in parts of about `CELL`."""
    count = max(1, round(length / CELL))
    limits = [length * number // count for number in range(count + 1)]
    return [range(first, last) for first, last in zip(limits, limits[1:])]


def _samples(
    layer: Optional[QgsRasterLayer], image: QgsRasterLayer, width: int, height: int
) -> Optional[bytes]:
    """Return the first band on a coarse grid over the image; None if it cannot be read so."""
    if layer is None or not layer.isValid() or layer.crs() != image.crs():
        return None
    if layer.dataProvider().dataType(1) != Qgis.DataType.Byte:
        return None
    block = layer.dataProvider().block(1, image.extent(), width, height)
    data = bytes(block.data())
    return data if block.isValid() and len(data) == width * height else None


def _spot(
    image: QgsRasterLayer,
    rows: range,
    columns: range,
    size: Tuple[int, int],
    code: int,
    confidence: float,
) -> Spot:
    extent, (width, height) = image.extent(), size
    x = extent.xMinimum() + (columns.start + columns.stop) / 2 / width * extent.width()
    y = extent.yMaximum() - (rows.start + rows.stop) / 2 / height * extent.height()
    reach = len(columns) / 2 / width * extent.width()
    return Spot((round(x, 3), round(y, 3)), code, confidence, reach)
