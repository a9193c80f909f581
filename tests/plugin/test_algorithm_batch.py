# SPDX-License-Identifier: GPL-2.0-or-later
"""The batch panel's own values, for every algorithm: an empty cell is not a wish."""

import re
from inspect import signature
from pathlib import Path

import pytest
from orthoscribe.plugin.algorithms.destinations import destination_text, without_skipped_outputs
from orthoscribe.plugin.algorithms.polygons import wants_polygons
from orthoscribe.plugin.algorithms.sinks import wants_sink
from qgis.core import (
    NULL,
    QgsApplication,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputLayerDefinition,
    QgsProject,
    QgsProperty,
)

ALGORITHMS = ("label", "vectorize", "train", "evaluate", "compare", "makescene")
NOTHING = (
    None,
    NULL,
    "",
    " ",
    QgsProcessingOutputLayerDefinition(""),
    QgsProcessingOutputLayerDefinition("", QgsProject.instance()),
    QgsProcessingOutputLayerDefinition(QgsProperty.fromExpression("''")),
    QgsProperty.fromValue(""),
)


@pytest.fixture
def inputs(write_raster, model_folder):
    """Return a function from an algorithm's name to values for its inputs."""
    image = str(write_raster("image.tif"))
    codes = str(write_raster("codes.tif", 1))
    model = str(model_folder)
    given = {
        "label": {"IMAGE": image, "MODEL": model},
        "vectorize": {"CLASSES": codes},
        "train": {"IMAGE": image, "LABELS": codes, "START": model, "WITHOUT_HEIGHTS": True},
        "evaluate": {"IMAGE": image, "LABELS": codes, "MODEL": model},
        "compare": {"IMAGE": image, "LABELS": codes, "ARCHITECTURES": model},
        "makescene": {},
    }
    return given.__getitem__


@pytest.fixture
def batch_row(processing, register, painting_engine):
    """Return a function that fills one row of QGIS's batch panel and returns its values."""
    from processing.gui.BatchAlgorithmDialog import BatchAlgorithmDialog

    register(painting_engine())
    dialogs = []

    def fill(name, cells, inputs):
        algorithm = QgsApplication.processingRegistry().createAlgorithmById(f"orthoscribe:{name}")
        dialogs.append(BatchAlgorithmDialog(algorithm))
        panel = dialogs[-1].mainWidget()
        context = QgsProcessingContext()
        for key, text in cells.items():
            panel.tblParameters.cellWidget(1, panel.parameter_to_column[key]).setValue(text)
        for key, value in inputs.items():
            panel.wrappers[0][panel.parameter_to_column[key]].setParameterValue(value, context)
        takes_context = "context" in signature(panel.parametersForRow).parameters
        given = (context,) if takes_context else ()  # QGIS 3.22 does not
        project = QgsProject.instance()
        values, is_fine = panel.parametersForRow(0, *given, project, warnOnInvalid=False)
        assert is_fine
        return algorithm, values

    return fill


def run(algorithm, values):
    context = QgsProcessingContext()
    context.setProject(QgsProject.instance())
    feedback = QgsProcessingFeedback()
    assert algorithm.checkParameterValues(values, QgsProcessingContext()) == (True, "")
    results, is_fine = algorithm.run(values, context, feedback)
    assert is_fine, feedback.textLog()
    return results, context


@pytest.mark.parametrize("value", NOTHING)
def test_value_that_names_nothing_is_not_wanted(value):
    assert destination_text(value) == ""
    assert not wants_sink({"ROADS": value}, "roads")
    assert not wants_polygons({"BUILDINGS": value, "ROADS": value, "CARS": value})


@pytest.mark.parametrize(
    "value",
    [
        "TEMPORARY_OUTPUT",
        QgsProcessingOutputLayerDefinition("TEMPORARY_OUTPUT"),
        QgsProcessingOutputLayerDefinition(QgsProperty.fromExpression("'a' || '.shp'")),
        "memory:",
    ],
)
def test_value_that_names_something_is_wanted(value):
    assert wants_sink({"ROADS": value}, "roads")


@pytest.mark.parametrize("name", ALGORITHMS)
def test_values_that_name_nothing_are_left_off(register, name):
    register()
    algorithm = QgsApplication.processingRegistry().algorithmById(f"orthoscribe:{name}")
    keys = [each.name() for each in algorithm.destinationParameterDefinitions()]
    for value in NOTHING:
        given = {**dict.fromkeys(keys, value), "SEED": 1}
        assert without_skipped_outputs(algorithm, given, QgsProcessingContext()) == {"SEED": 1}


@pytest.mark.parametrize("name", ALGORITHMS)
def test_row_with_a_folder_alone_runs(batch_row, inputs, name, tmp_path):
    folder = tmp_path / "row"
    results, context = run(*batch_row(name, {"OUTPUT": str(folder)}, inputs(name)))
    assert Path(results["OUTPUT"]) == folder
    loaded = [Path(each.split("|")[0]).name for each in context.layersToLoadOnCompletion()]
    assert loaded == []


@pytest.mark.parametrize("name", ALGORITHMS)
def test_row_with_a_temporary_folder_runs(batch_row, inputs, name):
    results, _ = run(*batch_row(name, {"OUTPUT": "TEMPORARY_OUTPUT"}, inputs(name)))
    assert Path(results["OUTPUT"]).is_dir()


@pytest.mark.parametrize("name", ALGORITHMS)
def test_row_without_any_place_says_so(batch_row, inputs, name):
    algorithm, values = batch_row(name, {}, inputs(name))
    is_fine, why = algorithm.checkParameterValues(values, QgsProcessingContext())
    assert not is_fine
    assert re.search("choose where|choose an output folder", why)


@pytest.mark.parametrize(
    ("name", "cells"),
    [
        ("label", {"CLASSES": "TEMPORARY_OUTPUT"}),
        ("label", {"CLASSES": "TEMPORARY_OUTPUT", "BUILDINGS": "TEMPORARY_OUTPUT"}),
        ("label", {"ROADS": "TEMPORARY_OUTPUT", "CONFIDENCE": "TEMPORARY_OUTPUT"}),
        ("vectorize", {"CARS": "TEMPORARY_OUTPUT", "POLYGONS": "TEMPORARY_OUTPUT"}),
    ],
)
def test_row_with_temporary_cells_runs_and_loads_them(batch_row, inputs, name, cells):
    results, context = run(*batch_row(name, cells, inputs(name)))
    assert all(results[key] for key in cells)
    assert len(context.layersToLoadOnCompletion()) == len(cells.keys() - {"POLYGONS"})


def test_temporary_polygons_of_a_kept_folder_are_loaded_from_it(batch_row, inputs, tmp_path):
    cells = {"OUTPUT": str(tmp_path / "row"), "BUILDINGS": "TEMPORARY_OUTPUT"}
    results, context = run(*batch_row("vectorize", cells, inputs("vectorize")))
    source = f"{tmp_path / 'row' / 'polygons.gpkg'}|layername=buildings"
    assert results["BUILDINGS"] == source
    assert list(context.layersToLoadOnCompletion()) == [source]


def test_row_with_paths_fills_them(batch_row, inputs, tmp_path):
    cells = {
        "CLASSES": tmp_path / "c.tif",
        "CONFIDENCE": tmp_path / "p.tif",
        "BUILDINGS": tmp_path / "b.shp",
        "POLYGONS": tmp_path / "all.gpkg",
    }
    texts = {key: str(path) for key, path in cells.items()}
    results, _ = run(*batch_row("label", texts, inputs("label")))
    assert all(path.is_file() for path in cells.values())
    assert results["ROADS"] is None
