"""The page Try: a model for the visible map, looked at in turn with the last result."""

import json
import time
from pathlib import Path

import pytest
from orthoscribe.plugin.layers.class_rasters import newest_class_raster
from orthoscribe.plugin.wizard.pages.trial import TrialPage
from orthoscribe.tests.docks import child
from qgis.core import QgsProject


@pytest.fixture
def make_page(improving, qtbot):
    """Return a function from the flags of an engine to the page and what it said."""
    pages = []

    def make(*flags, **given):
        page = TrialPage(improving(*flags, **given)[0])
        pages.append(page)
        said = []
        page.said.connect(lambda level, text: said.append((level, text)))
        page.enter()
        page.show()
        return page, said

    yield make
    for page in pages:
        page.teardown()
        page.deleteLater()


def press(page, name):
    child(page, f"wizard_trial_{name}").click()


def groups():
    root = QgsProject.instance().layerTreeRoot()
    return {
        group.name().split(" · ")[0]: group.itemVisibilityChecked() for group in root.findGroups()
    }


def test_trial_is_shown_over_the_last_result_and_undone(make_page, wait, tmp_path):
    page, said = make_page()
    result = newest_class_raster(QgsProject.instance()).id()
    before = set(QgsProject.instance().mapLayers())
    press(page, "start")
    assert not child(page, "wizard_trial_start").isEnabled()
    wait(lambda: said)
    assert said == [("success", "The map shows the labels after the trial.")]
    assert groups() == {"Preview": True, "Land cover": False}
    press(page, "before")
    assert groups() == {"Preview": False, "Land cover": True}
    press(page, "after")
    assert groups() == {"Preview": True, "Land cover": False}
    folder = Path(newest_class_raster(QgsProject.instance()).source()).parent
    press(page, "undo")
    assert groups() == {"Land cover": True}
    assert set(QgsProject.instance().mapLayers()) == before
    assert result in before
    assert not folder.exists()


def test_trial_starts_from_the_base_with_all_polygons_and_labels_the_view(
    make_page, wait, tmp_path
):
    record = tmp_path / "jobs.jsonl"
    page, said = make_page("--record", record)
    press(page, "start")
    wait(lambda: said)
    press(page, "start")
    wait(lambda: len(said) == 2)
    jobs = [json.loads(line) for line in record.read_text().splitlines()][1:]
    assert [each["kind"] for each in jobs] == ["finetune", "label", "finetune", "label"]
    assert {each["start"] for each in jobs if each["kind"] == "finetune"} == {"tiny"}
    assert {each["budget"] for each in jobs if each["kind"] == "finetune"} == {"preview"}
    label = jobs[1]
    assert label["model"] == jobs[0]["output"]
    assert label["extent"] == pytest.approx([500_000, 5_399_968, 500_032, 5_400_000])
    assert not label["draw_polygons"]


def test_without_a_result_the_model_before_labels_too(make_page, wait):
    page, said = make_page(with_result=False)
    press(page, "start")
    wait(lambda: said)
    names = [each.name() for each in QgsProject.instance().layerTreeRoot().findGroups()]
    assert len(names) == 2
    press(page, "undo")
    assert QgsProject.instance().layerTreeRoot().findGroups() == []


def test_failure_is_told_and_leaves_nothing(make_page, wait):
    page, said = make_page("--fail", "finetune")
    press(page, "start")
    wait(lambda: said)
    assert said == [("problem", "The polygons cannot be read.")]
    assert groups() == {"Land cover": True}
    assert child(page, "wizard_trial_start").isEnabled()


def test_canceled_trial_leaves_nothing(make_page, wait):
    page, said = make_page("--steps", 10_000)
    press(page, "start")
    press(page, "cancel")
    wait(lambda: said)
    assert "canceled" in said[0][1]
    assert groups() == {"Land cover": True}


def test_closed_page_takes_its_layers_along(make_page, wait):
    page, said = make_page()
    press(page, "start")
    wait(lambda: said)
    page.teardown()
    assert groups() == {"Land cover": True}


def test_view_beside_the_image_is_told(make_page):
    page, said = make_page()
    canvas = page.context.canvas
    extent = canvas.extent()
    extent.setXMinimum(0)
    extent.setXMaximum(100)
    canvas.setExtent(extent)
    press(page, "start")
    assert "does not show the image" in said[0][1]


def test_opacity_is_that_of_the_slider(make_page, wait):
    page, said = make_page()
    press(page, "start")
    wait(lambda: said)
    child(page, "wizard_trial_opacity").setValue(30)
    raster = newest_class_raster(QgsProject.instance())
    assert raster.renderer().opacity() == pytest.approx(0.3)


def test_unsaved_edits_are_told(make_page):
    page, said = make_page()
    (layer,) = QgsProject.instance().mapLayersByName("Corrections")
    layer.startEditing()
    layer.deleteFeature(next(layer.getFeatures()).id())
    press(page, "start")
    assert "edits that are not saved" in said[0][1]
    assert child(page, "wizard_trial_start").isEnabled()
    layer.rollBack()


def test_removed_image_is_told(make_page):
    page, said = make_page()
    QgsProject.instance().removeMapLayer(page.context.draft.value.image_layer)
    press(page, "start")
    assert "image was removed from the project" in said[0][1]


def test_page_closed_during_a_trial_does_not_wait_and_leaves_nothing(make_page, wait, tmp_path):
    record = tmp_path / "jobs.jsonl"
    page, _ = make_page("--steps", 10_000, "--record", record)
    press(page, "start")
    wait(lambda: len(record.read_text().splitlines()) == 2)
    folder = Path(json.loads(record.read_text().splitlines()[1])["output"])
    wait(folder.exists)
    began_s = time.monotonic()
    page.teardown()
    assert time.monotonic() - began_s < 0.2
    wait(lambda: not folder.exists())
    assert not folder.parent.exists()
    assert groups() == {"Land cover": True}
