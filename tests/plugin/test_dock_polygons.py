# SPDX-License-Identifier: GPL-2.0-or-later
"""The tab Polygons: the preview of the view, filter and colors, and the whole raster."""

import json
from pathlib import Path

import pytest
from orthoscribe.plugin.layers.class_rasters import label_job_of, newest_class_raster
from orthoscribe.plugin.layers.confidence_filter import filter_by_confidence
from orthoscribe.plugin.layers.results import ROLE
from orthoscribe.plugin.protocol import LabelJob, job_to_json
from orthoscribe.plugin.styling.status import STATUSES, color_by_status
from orthoscribe.tests.docks import child, choose, is_ready, shown
from qgis.core import (
    QgsFeature,
    QgsGeometry,
    QgsProject,
    QgsRasterLayer,
    QgsRectangle,
    QgsRenderContext,
    QgsVectorLayer,
)


@pytest.fixture
def labeled(make_dock, scene, painting_engine, wait, tmp_path, qgis_canvas):
    """Return a dock after a run, with the map on a part of it, and the record of all jobs."""
    dock = make_dock(painting_engine("--record", tmp_path / "jobs"))
    image, _ = scene()
    qgis_canvas.setDestinationCrs(image.crs())
    qgis_canvas.setExtent(QgsRectangle(500_004, 5_399_976, 500_020, 5_399_992))
    wait(lambda: is_ready(dock))
    child(dock, "run").click()
    wait(lambda: shown(dock, "run") and newest_class_raster(QgsProject.instance()))
    wait(lambda: child(dock, "class_raster").currentLayer() is not None)
    return dock


@pytest.fixture
def jobs(tmp_path):
    def read(kind="vectorize"):
        lines = (tmp_path / "jobs").read_text().splitlines()
        return [job for job in map(json.loads, lines) if job["kind"] == kind]

    return read


def groups(start="Preview"):
    found = QgsProject.instance().layerTreeRoot().findGroups()
    return [group for group in found if group.name().startswith(start)]


def preview_layers():
    return {
        node.layer().customProperty(ROLE): node.layer()
        for group in groups()
        for node in group.findLayers()
    }


def file_of(layer):
    return Path(layer.source().split("|")[0])


def start_preview(dock, wait):
    child(dock, "preview_polygons").click()
    wait(lambda: "Drawn in" in child(dock, "polygons_text").text())


def test_raster_of_the_last_run_is_chosen(labeled):
    layer = child(labeled, "class_raster").currentLayer()
    assert layer.customProperty(ROLE) == "classes"
    assert child(labeled, "vectorize").isEnabled()


def test_nothing_is_drawn_before_the_preview_is_wanted(labeled, jobs):
    child(labeled, "minimum_building_m2").setValue(55.0)
    assert jobs() == []
    assert groups() == []


def test_preview_draws_the_view_without_labeling(labeled, jobs, wait):
    start_preview(labeled, wait)
    (job,) = jobs()
    _, bottom, _, top = job["extent"]  # the map is wider than asked for
    assert (bottom, top) == pytest.approx((5_399_976, 5_399_992))
    assert job["classes"] == file_of(child(labeled, "class_raster").currentLayer()).as_posix()
    assert len(jobs("label")) == 1
    assert set(preview_layers()) == {"buildings", "roads", "cars"}


def test_each_change_redraws_the_same_layers_once_it_rests(labeled, jobs, wait):
    start_preview(labeled, wait)
    layers, place = preview_layers(), file_of(preview_layers()["buildings"])
    layers["roads"].setName("My roads")
    for value in (20.0, 30.0, 40.0):
        child(labeled, "minimum_building_m2").setValue(value)
    choose(child(labeled, "outlines"), "pixels")
    wait(lambda: file_of(preview_layers()["buildings"]) != place)
    assert [job["minimum_building_m2"] for job in jobs()] == [8.0, 40.0]
    assert jobs()[-1]["outlines"] == "pixels"
    assert preview_layers() == layers
    assert preview_layers()["roads"].name() == "My roads"
    assert len(groups()) == 1
    assert not place.exists()


def test_preview_follows_the_map(labeled, jobs, wait, qgis_canvas):
    start_preview(labeled, wait)
    qgis_canvas.setExtent(QgsRectangle(500_010, 5_399_970, 500_030, 5_399_990))
    wait(lambda: len(jobs()) == 2)
    assert jobs()[0]["extent"] != jobs()[1]["extent"]


def test_sliders_and_numbers_agree(labeled):
    slider, number = (child(labeled, f"minimum_building_m2{part}") for part in ("_slider", ""))
    slider.setValue(slider.maximum())
    assert number.value() == 200.0
    number.setValue(50.0)
    assert slider.value() == slider.maximum() / 2
    number.setValue(7.3)
    assert number.value() == 7.3


def test_end_of_the_preview_takes_its_layers_away_and_no_others(labeled, wait):
    before = set(QgsProject.instance().mapLayers())
    start_preview(labeled, wait)
    folder = file_of(preview_layers()["buildings"]).parent
    child(labeled, "preview_polygons").click()
    assert groups() == []
    assert set(QgsProject.instance().mapLayers()) == before
    assert not folder.exists()


def test_edited_polygons_of_a_preview_stay(labeled, wait, jobs):
    start_preview(labeled, wait)
    edited = preview_layers()["buildings"]
    assert edited.startEditing()
    assert edited.addFeature(QgsFeature(edited.fields()))
    child(labeled, "minimum_building_m2").setValue(20.0)
    wait(lambda: len(jobs()) == 2 and len(groups()) == 2)
    assert edited.isModified()
    assert file_of(edited).exists()
    edited.rollBack()


def test_whole_raster_goes_into_a_folder_of_its_own(labeled, wait, jobs, tmp_path):
    child(labeled, "output").setFilePath(str(tmp_path / "out"))
    start_preview(labeled, wait)
    choose(child(labeled, "outlines"), "simplified")
    wait(lambda: child(labeled, "vectorize").isEnabled())
    child(labeled, "vectorize").click()
    wait(lambda: groups("Polygons · classes"))
    wait(lambda: shown(labeled, "run"))
    (folder,) = (tmp_path / "out").iterdir()
    assert folder.name.endswith("_polygons")
    assert (folder / "polygons.gpkg").exists()
    (job,) = (each for each in jobs() if each["extent"] is None)
    assert job["outlines"] == "simplified"
    assert groups() == []  # the preview
    assert "Done in" in child(labeled, "message").text()


def test_choices_count_for_the_next_run_too(labeled, wait, jobs):
    choose(child(labeled, "outlines"), "pixels")
    child(labeled, "tolerance_m").setValue(0.5)
    wait(lambda: is_ready(labeled))
    child(labeled, "run").click()
    wait(lambda: len(jobs("label")) == 2)
    wait(lambda: shown(labeled, "run"))
    assert jobs("label")[1]["outlines"] == "pixels"
    assert jobs("label")[1]["tolerance_m"] == 0.5


def test_only_bytes_in_one_band_can_be_class_rasters(labeled):
    box = child(labeled, "class_raster")
    names = {box.itemText(number) for number in range(box.count())}
    assert "Land cover" in names
    assert not names & {"ortho", "dsm"}


def test_failed_preview_is_named(make_dock, write_raster, fake_engine, wait, qgis_canvas):
    raster = QgsRasterLayer(str(write_raster("classes.tif", 1)), "classes")
    qgis_canvas.setDestinationCrs(raster.crs())
    dock = make_dock(fake_engine("--replay", "label_failed.jsonl"))
    QgsProject.instance().addMapLayer(raster)
    qgis_canvas.setExtent(raster.extent())
    child(dock, "class_raster").setLayer(raster)
    child(dock, "class_raster").activated.emit(1)
    child(dock, "preview_polygons").click()
    wait(lambda: "image" in child(dock, "polygons_text").text())
    assert groups() == []


def memory_layer(*rows):
    uri = "Polygon?crs=EPSG:32632&field=confidence:double&field=status:string"
    layer = QgsVectorLayer(uri, "Buildings", "memory")
    for confidence, status in rows:
        feature = QgsFeature(layer.fields())
        feature.setAttributes([confidence, status])
        feature.setGeometry(QgsGeometry.fromWkt("POLYGON((0 0, 1 0, 1 1, 0 0))"))
        layer.dataProvider().addFeature(feature)
    layer.styleManager().renameStyle(layer.styleManager().currentStyle(), "Class")
    return layer


def test_filter_hides_uncertain_polygons_and_keeps_unknown_ones(qgis_app):
    layer = memory_layer((60.0, "fit"), (80.0, "fit"), (95.0, "raw"), (None, "raw"))
    filter_by_confidence([layer], 80)
    assert sorted(str(each["confidence"]) for each in layer.getFeatures()) == [
        "80.0",
        "95.0",
        "NULL",
    ]
    filter_by_confidence([layer], 0)
    assert len(list(layer.getFeatures())) == 4


def test_filter_of_the_user_is_left(qgis_app):
    layer = memory_layer((60.0, "fit"))
    layer.setSubsetString("\"status\" = 'fit'")
    filter_by_confidence([layer], 80)
    assert layer.subsetString() == "\"status\" = 'fit'"


def drawn_colors(layer):
    """Return the color that each status is drawn in."""
    context, renderer = QgsRenderContext(), layer.renderer()
    renderer.startRender(context, layer.fields())
    symbols = {
        each["status"]: renderer.symbolForFeature(each, context) for each in layer.getFeatures()
    }
    colors = {status: symbol.color().name() for status, symbol in symbols.items()}
    renderer.stopRender(context)
    return colors


def test_buildings_are_colored_by_status_and_back(qgis_app):
    layer = memory_layer((60.0, "fit_fine"), (80.0, "raw"))
    before = layer.renderer().dump()
    color_by_status([layer], True)
    assert drawn_colors(layer) == {"fit_fine": "#1a9641", "raw": "#d7191c"}
    color_by_status([layer], True)
    color_by_status([layer], False)
    assert layer.renderer().dump() == before
    assert set(layer.styleManager().styles()) == {"Class", "Outline"}


def test_every_status_of_the_engine_has_a_color():
    colored = {status for statuses, _, _ in STATUSES for status in statuses}
    source = Path(__file__).parents[2] / "engine/polygons/buildings/outline.py"
    (line,) = (each for each in source.read_text().splitlines() if each.startswith("Status ="))
    assert colored == set(json.loads(line.removeprefix("Status = Literal")))


def test_job_of_a_raster_is_read_from_its_folder(write_raster, tmp_path):
    layer = QgsRasterLayer(str(write_raster("run/classes.tif", 1)), "classes")
    assert label_job_of(layer) is None
    job = LabelJob(image="a.tif", output=".", classes="/elsewhere/classes.tif", model="light")
    (tmp_path / "run" / "job.json").write_text(job_to_json(job))
    assert label_job_of(layer) == job
    (tmp_path / "run" / "job.json").write_text("{}")
    assert label_job_of(layer) is None
