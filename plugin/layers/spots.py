# SPDX-License-Identifier: GPL-2.0-or-later
"""Places to look at next: where a result is least certain, spread over the image and its classes.

Without a confidence raster the places lie on a regular grid. Rasters are read once, coarsely.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import product
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
SURROUNDINGS = 2.0  # on each side of a place, in sizes of it
LEAST_PX = 200  # pixels of the image that are shown at least
LEAST_KNOWN = 0.5  # share of the surroundings that has values
MOST_READ_PX = 4_000_000  # of an image without overviews, in a moment

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

    Places whose surroundings are mostly without values are left out, unless all are so.

    Args:
        classes: class raster of the image; None without one.
        confidence: confidence raster in percent; None without one.
        image: image.
    """
    width, height = _coarse_size(image)
    codes = _samples(classes, image, width, height)
    percents = _samples(confidence, image, width, height)
    cells = _Cells(width, height, codes or _values_of(image, width, height))
    inner: List[Spot] = []
    outer: List[Spot] = []
    for row, column in cells.places:
        rows, columns = cells.rows[row], cells.columns[column]
        if 2 * cells.known[row][column] <= len(rows) * len(columns):
            continue  # mostly outside of the labeled area
        code, mean = _code_and_mean(codes, percents, rows, columns, width)
        spot = _spot(image, rows, columns, (width, height), code, mean)
        beyond = round((shown_reach(spot.reach, image) / spot.reach - 1) / 2)  # cells on each side
        is_inner = cells.known_share(row, column, beyond) > LEAST_KNOWN
        (inner if is_inner else outer).append(spot)
    spots = inner or outer
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


def shown_reach(reach: float, image: QgsRasterLayer) -> float:
    """Return half the edge of what the map shows of a place, in units of the image's CRS.

    Args:
        reach: half the edge of the place.
        image: image.
    """
    return max(reach * (1 + SURROUNDINGS), LEAST_PX / 2 * image.rasterUnitsPerPixelX())


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


class _Cells:
    """Places of a coarse grid, and how many samples of each have a value.

    Args:
        width: samples along a row.
        height: number of rows.
        values: samples row by row, `NODATA` where there is no value; None: all have one.
    """

    def __init__(self, width: int, height: int, values: Optional[bytes]) -> None:
        self.rows, self.columns = _parts(height), _parts(width)
        self.known = [
            [
                len(rows) * len(columns) - _samples_in(values, rows, columns, width).count(NODATA)
                for columns in self.columns
            ]
            for rows in self.rows
        ]

    @property
    def places(self) -> Iterator[Tuple[int, int]]:
        """Row and column of each place."""
        return product(range(len(self.rows)), range(len(self.columns)))

    def known_share(self, row: int, column: int, beyond: int) -> float:
        """Return the share of samples with a value in a place and the cells around it, 0..1.

        Args:
            row: row of the place.
            column: column of the place.
            beyond: number of cells on each side.
        """
        rows = slice(max(0, row - beyond), row + beyond + 1)
        columns = slice(max(0, column - beyond), column + beyond + 1)
        known = sum(sum(line[columns]) for line in self.known[rows])
        height = sum(map(len, self.rows[rows]))
        return known / (height * sum(map(len, self.columns[columns])))


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


def _values_of(image: QgsRasterLayer, width: int, height: int) -> Optional[bytes]:
    """Return a byte for each sample of an image, `NODATA` where it has no value.

    Returns:
        The bytes; None if the image declares no such value, or reading it would take long.
    """
    provider = image.dataProvider()
    is_small = image.width() * image.height() <= MOST_READ_PX
    if not provider.sourceHasNoDataValue(1) or not (is_small or provider.hasPyramids()):
        return None
    block = provider.block(1, image.extent(), width, height)
    if not block.isValid():
        return None
    return bytes(NODATA if block.isNoData(each) else 1 for each in range(width * height))


def _samples_in(values: Optional[bytes], rows: range, columns: range, width: int) -> bytes:
    """Return the samples of a place; empty without values."""
    if values is None:
        return b""
    lines = (values[row * width : (row + 1) * width] for row in rows)
    return b"".join(line[columns.start : columns.stop] for line in lines)


def _code_and_mean(
    codes: Optional[bytes], percents: Optional[bytes], rows: range, columns: range, width: int
) -> Tuple[int, float]:
    """Return the most common class of a place, 0 if unknown, and its mean confidence."""
    own = _samples_in(codes, rows, columns, width)
    sure = _samples_in(percents, rows, columns, width)
    code = Counter(own.replace(bytes([NODATA]), b"")).most_common(1)[0][0] if own else 0
    known = [each for each, mark in zip(sure, own) if mark != NODATA] if own else sure
    return code, sum(known) / len(known) if known else UNKNOWN


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
