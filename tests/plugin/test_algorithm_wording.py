# SPDX-License-Identifier: GPL-2.0-or-later
"""Messages name the title of a parameter and the layer, not a flag or a temporary file."""

import sys
from pathlib import Path

import pytest
from orthoscribe.plugin.algorithms.wording import in_words, titles_of
from qgis.core import (
    QgsApplication,
    QgsFeature,
    QgsGeometry,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsRectangle,
    QgsVectorLayer,
)

TITLES = {"class_field": "Class field", "steps": "Steps", "dsm": "DSM", "patch_px": "Patch size"}


@pytest.mark.parametrize(
    ("message", "words"),
    [
        ("set class_field to the field", "set 'Class field' to the field"),
        ("set class_field.", "set 'Class field'."),
        ("'patch_px' is 3; it must", "'Patch size' is 3; it must"),
        ("'steps' is -1; it must", "'Steps' is -1; it must"),
        ("The image 'dsm' and the steps do", "The image 'dsm' and the steps do"),
        ("/data/class_field/a.tif is damaged", "/data/class_field/a.tif is damaged"),
        ("/data/class_field.tif is damaged", "/data/class_field.tif is damaged"),
        ("The layer 'my_class_field' is", "The layer 'my_class_field' is"),
        (
            "Heights are 'dsm+dtm' but no DTM is given",
            "Heights are 'Surface model minus terrain model (DSM and DTM)' but no DTM is given",
        ),
    ],
)
def test_fields_and_values_are_titles(message, words):
    assert in_words(message, TITLES, {}) == words


def test_titles_have_no_notes_but_keep_units(register):
    register()
    titles = titles_of(QgsApplication.processingRegistry().algorithmById("orthoscribe:train"))
    assert titles["class_field"] == "Class field"
    assert titles["patch_px"] == "Patch size (px)"
    assert titles["dsm"] == "Surface model (DSM)"


REFUSING = """
import json, sys
print(open(sys.argv[1]).readline(), end="", flush=True)
labels = json.loads(sys.stdin.readline())["labels"]
message = f"The labels {labels} have no field class: set class_field to the field."
print(json.dumps({"kind": "failed", "reason": "input", "message": message}), flush=True)
sys.stdin.read()
"""
TRANSCRIPT = Path(__file__).resolve().parents[1] / "transcripts" / "label_finished.jsonl"


@pytest.fixture
def drawn():
    layer = QgsVectorLayer("Polygon?crs=EPSG:32632&field=kind:string", "My drawing", "memory")
    feature = QgsFeature(layer.fields())
    feature.setGeometry(QgsGeometry.fromRect(QgsRectangle(500_000, 5_399_990, 500_010, 5_400_000)))
    layer.dataProvider().addFeature(feature)
    return layer


def test_failure_names_the_layer_and_the_title(
    processing, register, write_raster, model_folder, drawn, tmp_path
):
    register([sys.executable, "-c", REFUSING, str(TRANSCRIPT)])
    algorithm = QgsApplication.processingRegistry().createAlgorithmById("orthoscribe:evaluate")
    given = {
        "IMAGE": str(write_raster("image.tif")),
        "LABELS": drawn,
        "MODEL": str(model_folder),
        "OUTPUT": str(tmp_path / "out"),
    }
    feedback = QgsProcessingFeedback()
    _, is_fine = algorithm.run(given, QgsProcessingContext(), feedback)
    assert not is_fine
    assert "The labels 'My drawing' have no field class: set 'Class field'" in feedback.textLog()
    assert "gpkg" not in feedback.textLog()


def test_job_problem_names_the_title(register, write_raster, tmp_path):
    register(["engine"])
    algorithm = QgsApplication.processingRegistry().createAlgorithmById("orthoscribe:train")
    given = {
        "IMAGE": str(write_raster("image.tif")),
        "LABELS": str(write_raster("codes.tif", 1)),
        "START": "default",
        "VALIDATION_FRACTION": 0,
        "PATIENCE": 3,
        "OUTPUT": str(tmp_path / "out"),
    }
    is_fine, message = algorithm.checkParameterValues(given, QgsProcessingContext())
    assert not is_fine
    assert "choose a 'Fraction held out for validation'" in message
    assert "validation_fraction" not in message
