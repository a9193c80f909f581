# SPDX-License-Identifier: GPL-2.0-or-later
"""What is doubtful about layers is told before the run: by the toolbox, and by the dock's card."""

import html
import json

import pytest
from orthoscribe.plugin.algorithms.train import FINETUNE_ADVICE
from orthoscribe.plugin.engine_client.feedback import FeedbackBridge
from orthoscribe.plugin.layers.remarks import Heights, chosen_bands, height_remarks
from orthoscribe.plugin.protocol import IMAGE_ROLES, Log
from orthoscribe.tests.docks import child, choose, is_ready, shown
from osgeo import gdal
from qgis.core import (
    QgsApplication,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProject,
    QgsRasterLayer,
)

NAMED = ("nir", "red", "green")


class Listening(QgsProcessingFeedback):
    def __init__(self):
        super().__init__(False)
        self.warnings = []

    def pushWarning(self, warning):
        self.warnings.append(warning)


@pytest.fixture
def model_with_heights(model_folder):
    card = model_folder / "model.json"
    card.write_text(card.read_text().replace('"green"\n', '"green", "height"\n'))
    return model_folder


@pytest.fixture
def warn(processing, register, painting_engine, model_with_heights, write_raster, tmp_path):
    """Return a function from parameters to the warnings before and during a run."""
    register(painting_engine())
    codes = str(write_raster("codes.tif", 1))
    more = {
        "label": {"MODEL": str(model_with_heights)},
        "evaluate": {"MODEL": str(model_with_heights), "LABELS": codes},
        "train": {"START": str(model_with_heights), "LABELS": codes},
        "compare": {"ARCHITECTURES": str(model_with_heights), "LABELS": codes},
    }

    def run(name, **parameters):
        feedback = Listening()
        given = {**more[name], "OUTPUT": str(tmp_path / "out"), **parameters}
        processing.run(f"orthoscribe:{name}", given, feedback=feedback)
        # The advice to fine-tune a start model is not about the inputs.
        return [each for each in feedback.warnings if each != FINETUNE_ADVICE]

    return run


@pytest.fixture
def photo(write_raster):
    """Return the path of an image whose bands are marked red, green and blue."""
    path = write_raster("photo.tif")
    colors = (gdal.GCI_RedBand, gdal.GCI_GreenBand, gdal.GCI_BlueBand)
    file = gdal.Open(str(path), gdal.GA_Update)
    for number, color in enumerate(colors, 1):
        file.GetRasterBand(number).SetColorInterpretation(color)
    return str(path)


@pytest.fixture
def dsm(write_raster):
    return str(write_raster("dsm.tif", 1, dtype="float32"))


@pytest.mark.parametrize("name", ["label", "evaluate", "train", "compare"])
def test_toolbox_warns_of_a_photo_in_natural_colors(warn, photo, dsm, name):
    (warning,) = warn(name, IMAGE=photo, DSM=dsm)
    assert "declares its bands as red, green and blue" in warning


@pytest.mark.parametrize("name", ["label", "evaluate", "train", "compare"])
def test_toolbox_warns_of_a_terrain_model_as_dsm(warn, write_raster, name):
    image = str(write_raster("image.tif", descriptions=NAMED))
    terrain = str(write_raster("dtm.tif", 1, dtype="float32"))
    (warning,) = warn(name, IMAGE=image, DSM=terrain)
    assert "its name is that of a terrain model" in warning


def test_toolbox_warns_of_crossed_bands_and_coarse_heights(warn, write_raster):
    image = str(write_raster("image.tif", descriptions=NAMED))
    coarse = str(write_raster("dsm.tif", 1, pixel=5.0, dtype="float32"))
    bands = {"NIR_BAND": 3, "RED_BAND": 2, "GREEN_BAND": 1}
    warnings = warn("label", IMAGE=image, DSM=coarse, **bands)
    assert [w for w in warnings if "Band 3 is used as near infrared" in w]
    assert [w for w in warnings if "5 m per pixel" in w]


def test_toolbox_says_nothing_about_good_inputs(warn, write_raster, dsm):
    assert warn("label", IMAGE=str(write_raster("image.tif", descriptions=NAMED)), DSM=dsm) == []


def test_toolbox_says_what_a_sketch_is(
    processing, register, painting_engine, model_folder, write_raster, tmp_path
):
    register(painting_engine())
    feedback = Listening()
    image = str(write_raster("image.tif", descriptions=NAMED))
    given = {"IMAGE": image, "MODEL": str(model_folder), "OUTPUT": str(tmp_path / "out")}
    processing.run("orthoscribe:label", given, feedback=feedback)
    assert "its labels are a sketch" in feedback.warnings[0]


def test_check_alone_warns_of_nothing(register, painting_engine, model_with_heights, photo, dsm):
    register(painting_engine())
    algorithm = QgsApplication.processingRegistry().createAlgorithmById("orthoscribe:label")
    given = {"IMAGE": photo, "DSM": dsm, "MODEL": str(model_with_heights), "CLASSES": "a.tif"}
    assert algorithm.checkParameterValues(given, QgsProcessingContext()) == (True, "")


def test_engine_repeats_no_warning():
    feedback = Listening()
    bridge = FeedbackBridge(feedback, ["Coarse."])
    for message in ("Coarse.", "Odd."):
        bridge.on_event(Log("warning", message))
    assert feedback.warnings == ["Odd."]


def add(path, name):
    layer = QgsRasterLayer(str(path), name)
    QgsProject.instance().addMapLayer(layer)
    return layer


def test_dock_and_toolbox_doubt_the_same(
    make_dock, home, processing, register, painting_engine, photo, write_raster, wait, tmp_path
):
    notes = tmp_path / "jobs"
    engine = painting_engine("--record", notes)
    register(engine)
    dock = make_dock(engine)
    image = add(photo, "ortho")
    heights = add(write_raster("dgm.tif", 1, pixel=8.0, dtype="float32"), "heights")
    choose(child(dock, "model"), "default")
    wait(lambda: is_ready(dock) and "natural colors" in child(dock, "card").text())
    card = html.unescape(child(dock, "card").text())
    feedback = Listening()
    given = {"IMAGE": image, "DSM": heights, "MODEL": "default"}
    processing.run("orthoscribe:label", {**given, "CLASSES": "TEMPORARY_OUTPUT"}, feedback=feedback)
    assert len(feedback.warnings) >= 3
    assert [warning for warning in feedback.warnings if warning not in card] == []
    child(dock, "run").click()
    wait(lambda: shown(dock, "run"))
    by_toolbox, by_dock = (json.loads(line) for line in notes.read_text().splitlines())
    bands = [f"{role}_band" for role in IMAGE_ROLES]
    assert [by_dock[band] for band in bands] == [by_toolbox[band] for band in bands] == [0, 0, 0]


def test_bands_crossed_by_hand_are_doubted_in_the_dock(make_dock, scene, wait):
    dock = make_dock()
    scene()
    wait(lambda: is_ready(dock))
    assert "Band 3" not in child(dock, "card").text()
    child(dock, "nir_band").setBand(3)
    child(dock, "green_band").setBand(1)
    wait(lambda: "Band 3 is used as near infrared" in child(dock, "card").text())
    assert dock.state().chosen_bands == (3, 0, 1)
    assert is_ready(dock)


@pytest.mark.parametrize(
    ("bands", "descriptions", "shown_bands", "chosen"),
    [
        (3, (), (1, 2, 3), (0, 0, 0)),
        (3, (), (3, 2, 1), (3, 0, 1)),
        (4, (), (4, 1, 2), (0, 0, 0)),
        (4, (), (1, 2, 3), (1, 2, 3)),
        (4, (), (4, 2, 1), (0, 2, 1)),
        (6, (), (4, 3, 2), (4, 3, 2)),
        (3, NAMED, (1, 2, 3), (0, 0, 0)),
    ],
)
def test_job_names_only_bands_that_would_not_be_found(
    write_raster, bands, descriptions, shown_bands, chosen
):
    path = write_raster("i.tif", bands, descriptions=descriptions, dtype="uint16")
    layer = QgsRasterLayer(str(path), "i")
    found = chosen_bands(layer, IMAGE_ROLES, dict(zip(IMAGE_ROLES, shown_bands, strict=True)))
    assert tuple(found[role] for role in IMAGE_ROLES) == chosen


@pytest.mark.parametrize(
    ("dsm", "dtm", "kind", "count"),
    [
        (Heights("a.tif", "a", 0.2), None, "auto", 0),
        (Heights("a.tif", "terrain", 0.2), None, "auto", 1),
        (Heights("dtm.tif", "dsm", 0.2), None, "auto", 1),
        (Heights("dtm.tif", "a", 0.2), None, "ndsm", 0),
        (Heights("dtm.tif", "a", 0.2), Heights("dsm.tif", "b", 0.2), "dsm+dtm", 1),
        (Heights("a.tif", "a", 9.0), Heights("b.tif", "b", 9.0), "dsm+dtm", 2),
        (None, Heights("b.tif", "b", 9.0), "auto", 0),
    ],
)
def test_heights_are_doubted_by_name_and_size(dsm, dtm, kind, count):
    assert len(height_remarks(0.2, dsm, dtm, kind)) == count
