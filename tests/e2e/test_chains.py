"""Many scenes in a row, and models in which our algorithms feed QGIS's own."""

import shutil
from pathlib import Path

import numpy as np
import pytest
from orthoscribe.plugin.plugin import OrthoscribePlugin
from osgeo import gdal
from qgis.analysis import QgsNativeAlgorithms
from qgis.core import (
    QgsApplication,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingModelAlgorithm,
    QgsProcessingModelChildAlgorithm,
    QgsProcessingModelChildParameterSource,
    QgsProcessingModelOutput,
    QgsProcessingModelParameter,
    QgsProcessingParameterRasterLayer,
)

LABEL = "orthoscribe:label"
BUILDING = 2


@pytest.fixture
def provider(qgis_app):
    """Register our provider, with the installed engine."""
    registry = QgsApplication.processingRegistry()
    if registry.providerById("native") is None:
        registry.addProvider(QgsNativeAlgorithms(registry))
    plugin = OrthoscribePlugin(None)
    plugin.initProcessing()
    yield
    plugin.unload()


def test_batch_labels_three_scenes(provider, scene, tmp_path):
    """One algorithm, one context, run after run, as the batch dialog does it."""
    algorithm = QgsApplication.processingRegistry().createAlgorithmById(LABEL)
    context, feedback = QgsProcessingContext(), QgsProcessingFeedback()
    for number in range(3):
        folder = tmp_path / f"scene {number}"
        shutil.copytree(Path(scene["IMAGE"]).parent, folder)
        parameters = {
            "IMAGE": str(folder / "image.tif"),
            "DSM": str(folder / "dsm.tif"),
            "MODEL": "default",
            "OUTPUT": str(folder / "out"),
        }
        assert algorithm.checkParameterValues(parameters, context) == (True, "")
        results, is_fine = algorithm.run(parameters, context, feedback)
        assert is_fine, feedback.textLog()
        assert results["CLASSES"] == str(folder / "out" / "classes.tif")
        assert Path(results["CLASSES"]).is_file()


def building_mask_model(path):
    """Write a model: label an image, then keep the buildings alone."""
    model = QgsProcessingModelAlgorithm("Building mask", "", "")
    for name in ("image", "dsm"):
        model.addModelParameter(
            QgsProcessingParameterRasterLayer(name, name), QgsProcessingModelParameter(name)
        )
    source = QgsProcessingModelChildParameterSource
    label = QgsProcessingModelChildAlgorithm(LABEL)
    label.setChildId("label")
    label.addParameterSources("IMAGE", [source.fromModelParameter("image")])
    label.addParameterSources("DSM", [source.fromModelParameter("dsm")])
    label.addParameterSources("MODEL", [source.fromStaticValue("default")])
    model.addChildAlgorithm(label)
    mask = QgsProcessingModelChildAlgorithm("native:reclassifybytable")
    mask.setChildId("mask")
    mask.addParameterSources("INPUT_RASTER", [source.fromChildOutput("label", "CLASSES")])
    mask.addParameterSources("RASTER_BAND", [source.fromStaticValue(1)])
    rows = [0, 1, 0, BUILDING, BUILDING, 1, 3, 255, 0]
    mask.addParameterSources("TABLE", [source.fromStaticValue(rows)])
    mask.addParameterSources("RANGE_BOUNDARIES", [source.fromStaticValue(2)])
    output = QgsProcessingModelOutput("mask")
    output.setChildId("mask")
    output.setChildOutputName("OUTPUT")
    mask.setModelOutputs({"mask": output})
    model.addChildAlgorithm(mask)
    model.updateDestinationParameters()
    assert model.toFile(str(path))


def test_model_feeds_a_native_algorithm(provider, qgis, scene, tmp_path):
    building_mask_model(tmp_path / "mask.model3")
    direct = qgis.run(
        LABEL, IMAGE=scene["IMAGE"], DSM=scene["DSM"], MODEL="default", OUTPUT=tmp_path / "direct"
    )
    given = {"image": scene["IMAGE"], "dsm": scene["DSM"]}
    help_text = qgis("help", tmp_path / "mask.model3").stdout
    key = "mask:mask" if "mask:mask" in help_text else "mask"
    qgis.run(str(tmp_path / "mask.model3"), **given, **{key: tmp_path / "mask.tif"})
    mask = gdal.Open(str(tmp_path / "mask.tif")).ReadAsArray()
    classes = gdal.Open(direct["CLASSES"]).ReadAsArray()
    assert np.array_equal(mask == 1, classes == BUILDING)
