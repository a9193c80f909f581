# SPDX-License-Identifier: GPL-2.0-or-later
"""What is wrong with drawn polygons, with the place of each and what mends it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Iterator, List, Sequence, Tuple

from qgis.core import QgsGeometry, QgsPointXY, QgsSpatialIndex

from ..i18n import tr

if TYPE_CHECKING:
    from qgis.core import QgsRasterLayer, QgsRectangle, QgsVectorLayer

    from .drawn_polygons import DrawnPolygon

UNSAVED, NO_CLASS, OTHER_VALUE, INVALID, OUTSIDE = (
    "unsaved", "no_class", "other_value", "invalid", "outside",
)  # fmt: skip
NODATA, OVERLAP, SMALL, OTHER_CRS, MANY = ("nodata", "overlap", "small", "other_crs", "many")
KINDS = (
    UNSAVED, NO_CLASS, OTHER_VALUE, INVALID, OUTSIDE, NODATA, OVERLAP, SMALL, OTHER_CRS, MANY,
)  # fmt: skip
# Title of the button that mends a kind; kinds without one can only be shown.
FIXES = {
    UNSAVED: "Save edits",
    NO_CLASS: "Give chosen class",
    INVALID: "Repair",
    OUTSIDE: "Cut at the edge",
    OVERLAP: "Cut the later one",
    SMALL: "Delete",
}
LEAST_PX = 4.0
SLIVER_PX, SLIVER_FRACTION = 4.0, 0.05  # as in the engine, which cuts smaller overlaps
MOST_CHECKED = 500  # polygons; more would hold up drawing
PROBES = 3  # along each side of a polygon's box, to find nodata


@dataclass(frozen=True)
class DrawnFinding:
    """One finding.

    Args:
        kind: one of `KINDS`.
        sentence: description of the fault.
        fids: polygons it is about; the last one is mended. Empty: the whole layer.
        place: geometry to show on the map, in the CRS of the image; empty: none.
    """

    kind: str
    sentence: str
    fids: Tuple[int, ...] = ()
    place: QgsGeometry = field(default_factory=QgsGeometry)

    @property
    def fix(self) -> str:
        """Title of the button that mends it; empty if it can only be shown."""
        return FIXES.get(self.kind, "")


def drawn_findings(
    layer: QgsVectorLayer, polygons: Sequence[DrawnPolygon], image: QgsRasterLayer
) -> List[DrawnFinding]:
    """Return all findings, those about the whole layer first.

    Args:
        layer: layer with the polygons.
        polygons: polygons of the layer, as `drawn_polygons` returns them.
        image: image they are drawn on.
    """
    # New polygons have negative identifiers until they are saved.
    recent = sorted(polygons, key=lambda each: (each.fid < 0, abs(each.fid)))[-MOST_CHECKED:]
    whole = list(_of_layer(layer, polygons, image))
    single = [finding for each in recent for finding in _of_polygon(each, image)]
    return [*whole, *single, *_overlaps(recent, image)]


def polygon_name(fid: int) -> str:
    """Return the name of a polygon; new ones have no number until they are saved.

    >>> polygon_name(3)
    'Polygon 3'
    """
    return tr("Polygon {number}").format(number=fid) if fid >= 0 else tr("New polygon")


def _of_layer(
    layer: QgsVectorLayer, polygons: Sequence[DrawnPolygon], image: QgsRasterLayer
) -> Iterator[DrawnFinding]:
    if layer.isModified():
        yield DrawnFinding(
            UNSAVED, tr("Some edits are not saved yet; only saved ones are learned.")
        )
    if not layer.crs().isValid():
        text = tr("The layer has no CRS, so nothing in it can be located: set its CRS.")
        yield DrawnFinding(OTHER_CRS, text)
    elif layer.crs() != image.crs():
        text = tr(
            "The CRS of the layer ({layer}) is not that of the image ({image}): it is transformed."
        )
        names = {"layer": layer.crs().authid(), "image": image.crs().authid()}
        yield DrawnFinding(OTHER_CRS, text.format(**names))
    if len(polygons) > MOST_CHECKED:
        text = tr("Only the latest {checked} polygons are checked here, and {counted} counted.")
        yield DrawnFinding(MANY, text.format(checked=MOST_CHECKED, counted=len(polygons)))


def _of_polygon(polygon: DrawnPolygon, image: QgsRasterLayer) -> Iterator[DrawnFinding]:
    """Yield the findings about one polygon; after the first one about its outline no further."""

    def finding(kind: str, text: str) -> DrawnFinding:
        sentence = f"{polygon_name(polygon.fid)}: {text}"
        return DrawnFinding(kind, sentence, (polygon.fid,), polygon.geometry)

    if polygon.code == 0:
        yield finding(NO_CLASS, tr("it has no class."))
    elif polygon.code < 0:
        yield finding(OTHER_VALUE, tr("its value stands for no class, so it is not learned."))
    if polygon.geometry.isEmpty():
        yield finding(INVALID, tr("it has no outline."))
    elif not polygon.geometry.isGeosValid():
        yield finding(INVALID, tr("its outline crosses itself."))
    elif not _rectangle(image).contains(polygon.geometry):
        is_apart = not _rectangle(image).intersects(polygon.geometry)
        text = tr("it lies outside the image.") if is_apart else tr("a part is outside the image.")
        yield finding(OUTSIDE, text)
    elif polygon.geometry.area() < LEAST_PX * _pixel_area(image):
        yield finding(SMALL, tr("it is smaller than {count:.0f} pixels.").format(count=LEAST_PX))
    elif _lies_on_nodata(polygon.geometry, image):
        yield finding(NODATA, tr("the image has no values there."))


def _overlaps(polygons: Sequence[DrawnPolygon], image: QgsRasterLayer) -> Iterator[DrawnFinding]:
    valid = [each for each in polygons if each.code > 0 and each.geometry.isGeosValid()]
    by_fid = {each.fid: each for each in valid}
    index = QgsSpatialIndex()
    for each in valid:
        index.addFeature(each.fid, each.geometry.boundingBox())
    order = {each.fid: number for number, each in enumerate(polygons)}
    for each in valid:
        for fid in index.intersects(each.geometry.boundingBox()):
            other = by_fid[fid]
            if order[fid] > order[each.fid] and other.code != each.code:
                yield from _overlap(each, other, image)


def _overlap(
    first: DrawnPolygon, second: DrawnPolygon, image: QgsRasterLayer
) -> Iterator[DrawnFinding]:
    if not first.geometry.intersects(second.geometry):
        return
    shared = first.geometry.intersection(second.geometry)
    smaller = min(first.geometry.area(), second.geometry.area())
    if shared.area() > max(SLIVER_PX * _pixel_area(image), SLIVER_FRACTION * smaller):
        text = tr("{first} overlaps {second}, but has another class.")
        names = polygon_name(first.fid), polygon_name(second.fid).lower()
        sentence = text.format(first=names[0], second=names[1])
        yield DrawnFinding(OVERLAP, sentence, (first.fid, second.fid), shared)


def _rectangle(image: QgsRasterLayer) -> QgsGeometry:
    """Return the extent of an image, wider by a tenth of a pixel for rounding."""
    return QgsGeometry.fromRect(image.extent().buffered(image.rasterUnitsPerPixelX() / 10))


def _pixel_area(image: QgsRasterLayer) -> float:
    return float(image.rasterUnitsPerPixelX() * image.rasterUnitsPerPixelY())


def _lies_on_nodata(geometry: QgsGeometry, image: QgsRasterLayer) -> bool:
    """Return whether at least half of the points in a polygon have no value in the first band."""
    provider = image.dataProvider()
    points = [point for point in _probes(geometry.boundingBox()) if geometry.contains(point)]
    points = points or [geometry.pointOnSurface().asPoint()]
    missing = sum(not provider.sample(point, 1)[1] for point in points)
    return 2 * missing >= len(points)


def _probes(box: QgsRectangle) -> Iterator[QgsPointXY]:
    for row in range(PROBES):
        for column in range(PROBES):
            x = box.xMinimum() + (column + 0.5) / PROBES * box.width()
            y = box.yMinimum() + (row + 0.5) / PROBES * box.height()
            yield QgsPointXY(x, y)
