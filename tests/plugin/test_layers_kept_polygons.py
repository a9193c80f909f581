"""Edited and reviewed polygons survive a new run of the same area."""

import pytest
from orthoscribe.plugin.layers.kept_polygons import CanceledError, carry_over, kept_polygons
from qgis.core import (
    QgsCoordinateTransformContext,
    QgsFeature,
    QgsGeometry,
    QgsProject,
    QgsRectangle,
    QgsVectorFileWriter,
    QgsVectorLayer,
)

FIELDS = "field=id:integer&field=class:string&field=area_m2:double&field=status:string"


def box(left, bottom, right, top):
    return QgsGeometry.fromRect(QgsRectangle(left, bottom, right, top))


@pytest.fixture
def write(tmp_path, qgis_app):
    """Return a function that writes layers of boxes into a GeoPackage and returns its path."""

    def write(name, **roles):
        path = str(tmp_path / name)
        for number, (role, rows) in enumerate(roles.items()):
            memory = QgsVectorLayer(f"Polygon?crs=EPSG:25832&{FIELDS}", role, "memory")
            for place, (shape, status) in enumerate(rows):
                feature = QgsFeature(memory.fields())
                feature.setGeometry(shape)
                feature.setAttributes([place, role.rstrip("s"), shape.area(), status])
                memory.dataProvider().addFeature(feature)
            options = QgsVectorFileWriter.SaveVectorOptions()
            options.layerName = role
            if number:
                options.actionOnExistingFile = (
                    QgsVectorFileWriter.ActionOnExistingFile.CreateOrOverwriteLayer
                )
            QgsVectorFileWriter.writeAsVectorFormatV3(
                memory, path, QgsCoordinateTransformContext(), options
            )
        return path

    return write


def opened(path, role):
    layer = QgsVectorLayer(f"{path}|layername={role}", role, "ogr")
    layer.setCustomProperty("orthoscribe/role", role)
    assert layer.isValid()
    return layer


def rows(path, role):
    return sorted(
        (round(each.geometry().area(), 6), round(each["area_m2"], 6), each["status"] or "")
        for each in opened(path, role).getFeatures()
    )


def test_only_edited_and_reviewed_polygons_are_kept(write):
    path = write(
        "a.gpkg",
        buildings=[(box(0, 0, 10, 10), "fit"), (box(20, 0, 30, 10), "edited")],
        roads=[(box(0, 20, 50, 25), "reviewed"), (box(0, 40, 50, 45), None)],
    )
    kept = kept_polygons([opened(path, "buildings"), opened(path, "roads")])
    assert {role: len(features) for role, features in kept.items()} == {"buildings": 1, "roads": 1}


def test_new_polygons_are_cut_and_replaced(write):
    kept = kept_polygons(
        [opened(write("a.gpkg", buildings=[(box(0, 0, 10, 10), "edited")]), "buildings")]
    )
    new = write(
        "b.gpkg",
        buildings=[(box(1, 1, 10, 10), "fit"), (box(50, 0, 60, 10), "fit")],
        roads=[(box(5, 0, 25, 10), None)],
        cars=[(box(2, 2, 4, 4), None)],
    )
    assert carry_over(kept, new) == 1
    assert rows(new, "buildings") == [(100.0, 100.0, "edited"), (100.0, 100.0, "fit")]
    assert rows(new, "roads") == [(150.0, 150.0, "")]
    assert rows(new, "cars") == [(4.0, 4.0, "")]


def test_polygon_cut_in_two_becomes_two(write):
    kept = kept_polygons(
        [opened(write("a.gpkg", roads=[(box(10, -5, 20, 15), "reviewed")]), "roads")]
    )
    new = write("b.gpkg", roads=[(box(0, 0, 50, 10), None)])
    carry_over(kept, new)
    assert rows(new, "roads") == [
        (100.0, 100.0, ""),
        (200.0, 200.0, "reviewed"),
        (300.0, 300.0, ""),
    ]
    ids = [each.id() for each in opened(new, "roads").getFeatures()]
    assert len(set(ids)) == 3


def test_two_kept_neighbors_cut_the_same_polygon(write):
    former = [(box(0, 0, 10, 10), "edited"), (box(10, 0, 20, 10), "edited")]
    kept = kept_polygons([opened(write("a.gpkg", paved=former), "paved")])
    new = write("b.gpkg", paved=[(box(5, 0, 45, 10), None)])
    carry_over(kept, new)
    assert rows(new, "paved") == [
        (100.0, 100.0, "edited"),
        (100.0, 100.0, "edited"),
        (250.0, 250.0, ""),
    ]


def test_layer_that_the_new_run_lacks_is_left_out(write):
    kept = kept_polygons(
        [opened(write("a.gpkg", land_cover=[(box(0, 0, 10, 10), "edited")]), "land_cover")]
    )
    assert carry_over(kept, write("b.gpkg", roads=[(box(0, 0, 5, 5), None)])) == 0


@pytest.mark.parametrize("calls", [0, 1, 2])
def test_canceled_carrying_over_writes_nothing(write, calls):
    former = {
        "buildings": [(box(0, 0, 10, 10), "edited")],
        "cars": [(box(2, 2, 4, 4), "edited")],
    }
    path = write("a.gpkg", **former)
    kept = kept_polygons([opened(path, role) for role in former])
    new = {"buildings": [(box(1, 1, 10, 10), "fit")], "cars": [(box(2, 2, 4, 5), None)]}
    file = write("b.gpkg", **new, roads=[(box(5, 0, 25, 10), None)])
    before = [rows(file, role) for role in ("buildings", "cars", "roads")]
    answers = iter([False] * calls + [True] * 9)
    with pytest.raises(CanceledError):
        carry_over(kept, file, lambda: next(answers))
    assert [rows(file, role) for role in ("buildings", "cars", "roads")] == before


def test_unsaved_edits_are_kept(write, qgis_new_project):
    layer = opened(write("a.gpkg", roads=[(box(0, 0, 10, 10), None)]), "roads")
    QgsProject.instance().addMapLayer(layer)
    layer.startEditing()
    fid = next(layer.getFeatures()).id()
    layer.changeAttributeValue(fid, layer.fields().lookupField("status"), "edited")
    assert len(kept_polygons([layer])["roads"]) == 1
    layer.rollBack()
