# SPDX-License-Identifier: GPL-2.0-or-later
"""The layer for corrections: its file, its colors, its form, and where it is stored."""

from pathlib import Path
from shutil import copy

import pytest
from orthoscribe.plugin.layers.corrections import (
    corrections_file,
    corrections_of,
    create_corrections,
    is_corrections,
    open_corrections,
    set_next_class,
)
from orthoscribe.plugin.protocol import ISPRS, OutputError
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsGeometry,
    QgsProcessingUtils,
    QgsProject,
    QgsRasterLayer,
    QgsVectorLayer,
    QgsVectorLayerUtils,
)

UTM = QgsCoordinateReferenceSystem("EPSG:32632")


@pytest.fixture
def project(qgis_new_project):
    yield QgsProject.instance()
    QgsProject.instance().clear()


@pytest.fixture
def layer(project, tmp_path):
    return open_corrections(create_corrections(tmp_path / "corrections.gpkg", UTM), ISPRS, project)


def test_file_has_polygons_with_a_class(layer, tmp_path):
    stored = QgsVectorLayer(str(tmp_path / "corrections.gpkg"), "stored", "ogr")
    assert stored.isValid()
    assert [field.name() for field in stored.fields()] == ["fid", "class"]
    assert stored.crs() == UTM
    assert stored.featureCount() == 0


def test_existing_file_is_never_replaced(layer, tmp_path):
    before = (tmp_path / "corrections.gpkg").read_bytes()
    second = create_corrections(tmp_path / "corrections.gpkg", UTM)
    assert second.name == "corrections_2.gpkg"
    assert (tmp_path / "corrections.gpkg").read_bytes() == before


def test_place_that_cannot_be_written_is_refused(tmp_path):
    with pytest.raises(OutputError, match="choose a folder"):
        create_corrections(tmp_path / "missing" / "corrections.gpkg", UTM)


def test_layer_is_opened_once_and_on_top(layer, project, tmp_path):
    path = tmp_path / "corrections.gpkg"
    assert open_corrections(path, ISPRS, project) is layer
    assert corrections_of(path, project) is layer
    assert project.layerTreeRoot().layerOrder()[0] is layer
    assert is_corrections(layer)


def test_other_file_is_refused(project, tmp_path):
    (tmp_path / "notes.gpkg").write_text("no database")
    with pytest.raises(OutputError, match="choose another file"):
        open_corrections(tmp_path / "notes.gpkg", ISPRS, project)
    assert project.count() == 0


def test_classes_have_their_colors_and_titles(layer):
    categories = {each.value(): each for each in layer.renderer().categories()}
    assert [categories[code].label() for code in (1, 2)] == ["Impervious surface", "Building"]
    assert categories[2].symbol().color().blue() == 255
    index = layer.fields().lookupField("class")
    setup = layer.editorWidgetSetup(index)
    assert setup.type() == "ValueMap"
    assert {"Tree": 4} in setup.config()["map"]
    assert layer.editorWidgetSetup(layer.fields().lookupField("fid")).type() == "Hidden"


def test_next_polygon_gets_the_chosen_class(layer):
    assert layer.startEditing()
    for code in (2, 5):
        set_next_class(layer, code)
        feature = QgsVectorLayerUtils.createFeature(
            layer, QgsGeometry.fromWkt("POLYGON((0 0, 1 0, 1 1, 0 0))")
        )
        assert layer.addFeature(feature)
    assert layer.commitChanges()
    assert [feature["class"] for feature in layer.getFeatures()] == [2, 5]


def test_corrections_lie_beside_the_result_but_not_in_a_temporary_folder(project, write_raster):
    image = QgsRasterLayer(str(write_raster("ortho.tif")), "ortho")
    kept = QgsRasterLayer(str(write_raster("run/classes.tif", 1)), "classes")
    assert corrections_file([kept, image], project).parent.name == "run"
    temporary = Path(QgsProcessingUtils.generateTempFilename("classes.tif"))
    copy(kept.source(), temporary)
    unsaved = QgsRasterLayer(str(temporary), "classes")
    assert corrections_file([unsaved, image], project).parent == Path(image.source()).parent
    assert corrections_file([unsaved], project) is None
    assert corrections_file([], project) is None
