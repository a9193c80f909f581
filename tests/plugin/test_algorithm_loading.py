"""What QGIS loads after a run from the toolbox: styled, grouped, in order."""

import gc

import pytest
from qgis.core import (
    QgsPalettedRasterRenderer,
    QgsProcessingOutputLayerDefinition,
    QgsProject,
    QgsSingleBandPseudoColorRenderer,
)

LABEL = "orthoscribe:label"
DESTINATIONS = ("CLASSES", "CONFIDENCE", "BUILDINGS", "ROADS", "CARS")


@pytest.fixture
def loaded(processing, register, painting_engine, write_raster, model_folder, qgis_new_project):
    """Run as the toolbox does and return the project."""
    register(painting_engine())
    destinations = {
        key: QgsProcessingOutputLayerDefinition("TEMPORARY_OUTPUT", QgsProject.instance())
        for key in DESTINATIONS
    }
    given = {"IMAGE": str(write_raster("image.tif")), "MODEL": str(model_folder)}
    processing.runAndLoadResults(LABEL, {**given, **destinations})
    gc.collect()
    return QgsProject.instance()


def result_layer(project, title):
    (found,) = project.mapLayersByName(title)
    return found


def test_classes_have_the_colors_and_areas_of_the_legend(loaded):
    renderer = result_layer(loaded, "Land cover").renderer()
    assert isinstance(renderer, QgsPalettedRasterRenderer)
    labels = {each.value: each.label for each in renderer.classes()}
    assert labels[2] == "Building · 0.12 ha (100 %)"
    assert labels[4] == "Tree"
    assert 0 not in labels


def test_confidence_shines_through(loaded):
    renderer = result_layer(loaded, "Confidence").renderer()
    assert isinstance(renderer, QgsSingleBandPseudoColorRenderer)
    assert renderer.opacity() == pytest.approx(0.6)


def test_polygons_have_the_color_of_their_class(loaded):
    color = result_layer(loaded, "Buildings").renderer().symbol().color()
    assert (color.red(), color.green(), color.blue()) == (0, 0, 255)


def test_layers_stand_in_one_group_in_order(loaded):
    (group,) = loaded.layerTreeRoot().findGroups()
    assert group.name().startswith("Land cover · Tiny · image · ")
    names = [node.name() for node in group.findLayers()]
    assert names == ["Cars", "Buildings", "Roads", "Land cover", "Confidence"]


def test_layers_of_a_run_share_its_mark(loaded):
    layers = [result_layer(loaded, title) for title in ("Land cover", "Roads", "Cars")]
    assert len({each.customProperty("orthoscribe/run_id") for each in layers}) == 1
    assert layers[0].customProperty("orthoscribe/run_id")
    assert "Orthoscribe" in layers[0].metadata().history()[-1]


def test_second_run_into_the_same_files_leaves_one_group(
    processing, register, painting_engine, write_raster, model_folder, qgis_new_project, tmp_path
):
    register(painting_engine())
    files = {"CLASSES": "classes.tif", "BUILDINGS": "buildings.gpkg"}
    project = QgsProject.instance()
    for name in ("first", "second"):
        destinations = {
            key: QgsProcessingOutputLayerDefinition(str(tmp_path / file), project)
            for key, file in files.items()
        }
        image = str(write_raster(f"{name}.tif"))
        processing.runAndLoadResults(
            LABEL, {"IMAGE": image, "MODEL": str(model_folder), **destinations}
        )
    (group,) = project.layerTreeRoot().findGroups()
    assert group.name().startswith("Land cover · Tiny · second · ")
    assert [node.name() for node in group.findLayers()] == ["Buildings", "Land cover"]
    buildings = result_layer(project, "Buildings")
    assert len(project.mapLayers()) == 2
    assert {feature["source"] for feature in buildings.getFeatures()} == {"second"}
    assert [field.name() for field in buildings.fields()].count("source") == 1
