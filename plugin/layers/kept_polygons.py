# SPDX-License-Identifier: GPL-2.0-or-later
"""Polygons that a person edited or reviewed: a new run of the same area keeps them.

The polygons of the new run are cut where a kept one lies, or removed where little of them is left.
`kept_polygons` needs the main thread, the others may run in any.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Callable, Dict, Iterable, List, Mapping, NamedTuple, Tuple

from qgis.core import (
    QgsFeature,
    QgsFeatureRequest,
    QgsGeometry,
    QgsRasterLayer,
    QgsVectorLayer,
    QgsVectorLayerUtils,
    QgsWkbTypes,
)

from ..compat import is_null
from ..i18n import tr
from ..protocol import NODATA, OrthoscribeError, OutputError
from .results import POLYGON_ROLES, ROLE

if TYPE_CHECKING:
    from qgis.core import QgsMapLayer

STATUS = "status"
EDITED, REVIEWED = "edited", "reviewed"
# Layers whose polygons do not overlap each other; those of different rows may.
APART: Tuple[Tuple[str, ...], ...] = (("buildings", "roads", "paved"), ("cars",), ("land_cover",))
LEAST_LEFT = 0.1  # of the area of a polygon; a smaller rest is removed
SLIVER_M2 = 0.5  # smallest rest
# Value of each measure in units of the CRS; the fields are in meters, whatever these units are.
MEASURES = {"area_m2": QgsGeometry.area, "perimeter_m": QgsGeometry.length}

Kept = Dict[str, List[QgsFeature]]
IsCanceled = Callable[[], bool]


class KeptPolygons(NamedTuple):
    """Polygons of one result.

    Args:
        by_role: polygons by role.
        newer: class rasters of newer results, where these polygons do not count.
    """

    by_role: Kept
    newer: Tuple[str, ...] = ()


class CanceledError(OrthoscribeError):
    """The user canceled the carrying over."""


def kept_polygons(layers: Iterable[QgsMapLayer]) -> Kept:
    """Return the edited and reviewed polygons of a run, by role.

    Unsaved edits are among them.

    Args:
        layers: layers of the run; those without polygons are left out.
    """
    found: Kept = {}
    for layer in layers:
        role = str(layer.customProperty(ROLE))
        if role not in POLYGON_ROLES or not _has_status(layer):
            continue
        marks = ", ".join(f"'{status}'" for status in (EDITED, REVIEWED))
        request = QgsFeatureRequest().setFilterExpression(f'"{STATUS}" IN ({marks})')
        features = [each for each in layer.getFeatures(request) if each.hasGeometry()]
        if features:
            found[role] = features
    return found


def merged(results: Iterable[KeptPolygons], classes: str = "") -> Kept:
    """Return the polygons of several results together.

    Args:
        results: polygons of each, in the CRS of the rasters.
        classes: class raster outside of which nothing is kept; empty: no limit.
    """
    found: Kept = {}
    for kept, newer in results:
        for raster in newer:
            kept = labeled_in(kept, raster, is_wanted=False)  # noqa: PLW2901 (fewer each time)
        if classes:
            kept = labeled_in(kept, classes)  # noqa: PLW2901
        for role, features in kept.items():
            found.setdefault(role, []).extend(features)
    return found


def labeled_in(kept: Kept, classes: str, *, is_wanted: bool = True) -> Kept:
    """Return the polygons with an inner point that a class raster labels.

    Args:
        kept: polygons by role, in the CRS of the raster.
        classes: path of the class raster; all polygons are returned if it cannot be read.
        is_wanted: False for those that it does not label.
    """
    raster = QgsRasterLayer(classes, "classes")
    if not raster.isValid():
        return kept
    sample = raster.dataProvider().sample

    def is_labeled(feature: QgsFeature) -> bool:
        value, is_known = sample(feature.geometry().pointOnSurface().asPoint(), 1)
        return bool(is_known and value != NODATA)

    found = {
        role: [each for each in features if is_labeled(each) == is_wanted]
        for role, features in kept.items()
    }
    return {role: features for role, features in found.items() if features}


def carry_over(
    kept: Mapping[str, List[QgsFeature]], file: str, is_canceled: IsCanceled = lambda: False
) -> int:
    """Put polygons into the layers of a new run, and return their number.

    Args:
        kept: polygons by role.
        file: GeoPackage of the new run.
        is_canceled: function that tells to stop before anything is written.

    Raises:
        OutputError: if the file cannot be written.
        CanceledError: if the user canceled it.
    """
    cuts = []
    for roles in APART:
        shapes = [each.geometry() for role in roles for each in kept.get(role, ())]
        for role in roles if shapes else ():
            layer = QgsVectorLayer(f"{file}|layername={role}", role, "ogr")
            if layer.isValid():  # otherwise a run without this layer
                cuts.append((role, layer, _cuts(layer, shapes, is_canceled)))
    count = 0
    for role, layer, cut in cuts:
        _apply(cut, layer)
        count += _add(layer, kept.get(role, []))
    return count


class _Cuts(NamedTuple):
    """Changes of a layer.

    Args:
        gone: identifiers of polygons to remove.
        shapes: new shapes by identifier.
        values: new values by identifier and index of the field.
        added: further parts of polygons.
    """

    gone: List[int]
    shapes: Dict[int, QgsGeometry]
    values: Dict[int, Dict[int, float]]
    added: List[QgsFeature]


def _has_status(layer: QgsMapLayer) -> bool:
    return (
        isinstance(layer, QgsVectorLayer)
        and layer.geometryType() == QgsWkbTypes.GeometryType.PolygonGeometry
        and layer.fields().lookupField(STATUS) >= 0
    )


def _cuts(layer: QgsVectorLayer, shapes: List[QgsGeometry], is_canceled: IsCanceled) -> _Cuts:
    """Return the changes that cut the polygons of a layer where `shapes` lie."""
    touched: Dict[int, QgsFeature] = {}
    for shape in shapes:
        if is_canceled():
            raise CanceledError
        for feature in layer.getFeatures(QgsFeatureRequest(shape.boundingBox())):
            former = touched.get(feature.id(), feature)
            if former.geometry().intersects(shape):
                former.setGeometry(former.geometry().difference(shape))
                touched[feature.id()] = former
    wholes = {
        each.id(): each.geometry()
        for each in layer.getFeatures(QgsFeatureRequest().setFilterFids(list(touched)))
    }
    cuts = _Cuts([], {}, {}, [])
    for fid, feature in touched.items():
        whole = wholes[fid]
        least_m2 = max(SLIVER_M2, LEAST_LEFT * whole.area())
        parts = [part for part in _polygons(feature.geometry()) if part.area() >= SLIVER_M2]
        if sum(part.area() for part in parts) < least_m2:
            cuts.gone.append(fid)
            continue
        parts.sort(key=QgsGeometry.area, reverse=True)
        cuts.shapes[fid] = parts[0]
        cuts.values[fid] = _measured(feature, whole, parts[0], layer)
        cuts.added.extend(
            _copied(feature, part, layer, _measured(feature, whole, part, layer))
            for part in parts[1:]
        )
    return cuts


def _apply(cuts: _Cuts, layer: QgsVectorLayer) -> None:
    provider = layer.dataProvider()
    done = provider.deleteFeatures(cuts.gone) if cuts.gone else True
    if cuts.shapes:
        done = done and provider.changeGeometryValues(cuts.shapes)
        done = done and provider.changeAttributeValues(cuts.values)
    if cuts.added:
        done = done and provider.addFeatures(cuts.added)[0]
    _check(done, layer)


def _add(layer: QgsVectorLayer, features: List[QgsFeature]) -> int:
    copies = [_copied(each, each.geometry(), layer, {}) for each in features]
    if copies:
        _check(layer.dataProvider().addFeatures(copies)[0], layer)
    return len(copies)


def _copied(
    feature: QgsFeature, shape: QgsGeometry, layer: QgsVectorLayer, measures: Dict[int, float]
) -> QgsFeature:
    """Return a new feature of `layer` with the shape, and the values of fields of equal names."""
    names = feature.fields().names()
    fields = layer.fields()
    values = {
        index: feature[field.name()]
        for index, field in enumerate(fields)
        if field.name() in names and field.name() != "fid"
    }
    copied = QgsVectorLayerUtils.createFeature(layer, shape, {**values, **measures})
    if "fid" in fields.names():
        copied.setAttribute("fid", None)
    return copied


def _measured(
    feature: QgsFeature, whole: QgsGeometry, part: QgsGeometry, layer: QgsVectorLayer
) -> Dict[int, float]:
    """Return area and perimeter of a part of a polygon, by the index of their fields."""
    fields = layer.fields()
    return {
        fields.lookupField(name): round(feature[name] * measure(part) / measure(whole), 4)
        for name, measure in MEASURES.items()
        if fields.lookupField(name) >= 0 and not is_null(feature[name])
    }


def _polygons(shape: QgsGeometry) -> List[QgsGeometry]:
    """Return the polygons of a geometry, without the lines and points that a cut may leave."""
    parts = shape.asGeometryCollection() if shape.isMultipart() else [shape]
    return [
        part
        for part in parts
        if part.type() == QgsWkbTypes.GeometryType.PolygonGeometry and not part.isEmpty()
    ]


def _check(is_done: bool, layer: QgsVectorLayer) -> None:
    if not is_done:
        raise OutputError(
            tr(
                "The polygons that you edited could not be written to {file}: they are still in "
                "the former result."
            ).format(file=layer.source().partition("|")[0])
        )
