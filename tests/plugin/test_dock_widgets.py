# SPDX-License-Identifier: GPL-2.0-or-later
"""The dock in QGIS, with fake engines behind the same interface."""

import json
import os
import signal
import time
from pathlib import Path

import pytest
from orthoscribe.plugin.dock.dock import OrthoscribeDock
from orthoscribe.plugin.dock.models_dialog import ModelsDialog
from orthoscribe.plugin.widgets.fitting_scroll import FittingScroll
from orthoscribe.tests.docks import Window, child, choose, is_ready, shown
from qgis.core import (
    QgsFeature,
    QgsGeometry,
    QgsProject,
    QgsRasterLayer,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QEvent, QObject, Qt
from qgis.PyQt.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLabel,
    QProgressBar,
    QPushButton,
)


def test_every_control_has_name_tooltip_and_accessible_name(make_dock):
    dock = make_dock()
    controls = [
        control
        for kind in (QPushButton, QComboBox, QAbstractSpinBox, QProgressBar)
        for control in dock.findChildren(kind)
        if control.objectName().startswith("orthoscribe_")
    ]
    assert len(controls) > 20
    assert [c.objectName() for c in controls if not (c.toolTip() and c.accessibleName())] == []


def test_dock_is_narrow_and_low_enough_for_a_small_screen(make_dock):
    dock = make_dock()
    assert dock.minimumSizeHint().width() <= 400
    assert dock.minimumSizeHint().height() <= 480


def test_layers_and_bands_are_picked_by_themselves(make_dock, scene, wait):
    dock = make_dock()
    scene()
    wait(lambda: is_ready(dock))
    state = dock.state()
    assert (state.image.title, state.bands, state.dsm.raster.title) == ("ortho", (1, 2, 3), "dsm")
    assert state.image.gsd_m == pytest.approx(0.5)


def test_active_layer_is_preferred_until_the_user_chooses(
    make_dock, scene, write_raster, wait, qtbot
):
    dock = make_dock()
    scene()
    other = QgsRasterLayer(str(write_raster("other.tif", 4)), "other")
    QgsProject.instance().addMapLayer(other)
    dock.window_stub.active = other
    dock.window_stub.currentLayerChanged.emit(other)
    wait(lambda: dock.state().image is not None and dock.state().image.title == "other")
    box = child(dock, "image_layer")
    box.setCurrentText("ortho")
    box.activated.emit(box.currentIndex())
    dock.window_stub.currentLayerChanged.emit(other)
    qtbot.wait(400)
    assert dock.state().image.title == "ortho"


def test_bands_are_remembered_with_the_layer(make_dock, scene, wait):
    dock = make_dock()
    image, _ = scene()
    wait(lambda: is_ready(dock))
    child(dock, "nir_band").setBand(3)
    child(dock, "green_band").setBand(1)
    assert dock.state().bands == (3, 2, 1)
    child(dock, "image_layer").setLayer(None)
    child(dock, "image_layer").setLayer(image)
    assert dock.state().bands == (3, 2, 1)


def test_preview_shows_the_bands(make_dock, scene, wait):
    dock = make_dock()
    scene()
    wait(lambda: child(dock, "preview").pixmap() is not None and child(dock, "ndvi").text())
    assert "NDVI" in child(dock, "ndvi").text() or "inverted" in child(dock, "ndvi").text()


def test_swapped_bands_are_doubted(make_dock, scene, wait):
    dock = make_dock()
    scene()  # band values 1, 2, 3: as if near infrared were darker than red
    wait(lambda: dock.state().bands_hint)
    wait(lambda: "swapped" in child(dock, "card").text())
    child(dock, "nir_band").setBand(3)
    child(dock, "green_band").setBand(1)
    wait(lambda: not dock.state().bands_hint)


def test_terrain_and_polygons_appear_where_they_are_needed(make_dock, scene, wait):
    dock = make_dock()
    scene()
    wait(lambda: is_ready(dock))
    assert not shown(dock, "dtm_layer")
    assert not shown(dock, "polygons")
    choose(child(dock, "heights_kind"), "dsm+dtm")
    choose(child(dock, "area"), "polygons")
    wait(lambda: shown(dock, "dtm_layer") and shown(dock, "polygons"))
    wait(lambda: not is_ready(dock))
    assert "Terrain" in child(dock, "card").text()


@pytest.mark.parametrize("name", ["dsm_layer", "dtm_layer"])
def test_heights_say_which_band_is_read(make_dock, name):
    assert "first band" in child(make_dock(), name).toolTip()


def test_run_adds_one_styled_group(make_dock, scene, painting_engine, tmp_path, wait):
    dock = make_dock(painting_engine())
    scene()
    child(dock, "output").setFilePath(str(tmp_path / "out"))
    wait(lambda: is_ready(dock))
    child(dock, "run").click()
    assert shown(dock, "cancel")
    wait(lambda: shown(dock, "run"))
    assert "Done in" in child(dock, "message").text()
    (group,) = QgsProject.instance().layerTreeRoot().findGroups()
    names = [node.name() for node in group.findLayers()]
    assert names == ["Cars", "Buildings", "Roads", "Land cover"]
    renderer = group.findLayers()[-1].layer().renderer()
    assert renderer.type() == "paletted"
    (folder,) = (tmp_path / "out").iterdir()
    assert (folder / "classes.tif").is_file()
    assert str(folder) in child(dock, "message").text()


def test_temporary_results_never_meet(make_dock, scene, painting_engine, wait):
    dock = make_dock(painting_engine())
    scene()
    for _ in range(2):
        wait(lambda: is_ready(dock))
        child(dock, "run").click()
        wait(lambda: shown(dock, "run"))
    layers = QgsProject.instance().mapLayersByName("Land cover")
    assert len({layer.source() for layer in layers}) == 2


def test_polygons_of_a_memory_layer_reach_the_engine_as_a_file(
    make_dock, scene, painting_engine, tmp_path, wait
):
    notes = tmp_path / "jobs.jsonl"
    dock = make_dock(painting_engine("--record", notes))
    scene()
    areas = QgsVectorLayer("Polygon?crs=EPSG:32632", "areas", "memory")
    feature = QgsFeature()
    ring = "500001 5399999, 500009 5399999, 500009 5399990, 500001 5399999"
    feature.setGeometry(QgsGeometry.fromWkt(f"POLYGON(({ring}))"))
    areas.dataProvider().addFeatures([feature])
    QgsProject.instance().addMapLayer(areas)
    choose(child(dock, "area"), "polygons")
    child(dock, "polygons").setLayer(areas)
    wait(lambda: is_ready(dock))
    child(dock, "run").click()
    wait(lambda: shown(dock, "run"))
    job = json.loads(notes.read_text().splitlines()[0])
    assert Path(job["area"]).is_file()
    assert QgsVectorLayer(job["area"]).featureCount() == 1


def test_dock_and_toolbox_ask_for_the_same_job(
    make_dock, scene, painting_engine, register, processing, tmp_path, wait
):
    notes = tmp_path / "jobs.jsonl"
    engine = painting_engine("--record", notes)
    register(engine)
    dock = make_dock(engine)
    image, dsm = scene()
    child(dock, "output").setFilePath(str(tmp_path / "out"))
    models = child(dock, "model")
    models.setCurrentIndex(models.findData("tiny"))
    child(dock, "minimum_car_m2").setValue(3.0)
    child(dock, "tile_size_px").setValue(512)
    wait(lambda: is_ready(dock))
    child(dock, "run").click()
    wait(lambda: shown(dock, "run"))
    (folder,) = (tmp_path / "out").iterdir()
    processing.run(
        "orthoscribe:label",
        {
            "IMAGE": image,
            "DSM": dsm,
            "MODEL": "tiny",
            "MINIMUM_CAR_M2": 3.0,
            "TILE_SIZE_PX": 512,
            "OUTPUT": str(folder),
            "CONFIDENCE": str(folder / "confidence.tif"),
        },
    )
    by_dock, by_toolbox = (
        json.loads(line) for line in notes.read_text().splitlines() if '"kind": "label"' in line
    )
    assert by_dock == by_toolbox


def test_progress_shows_stage_and_percent(make_dock, scene, fake_engine, wait):
    dock = make_dock(fake_engine("--pause", 0.05, "--hang-at", 5))
    scene()
    wait(lambda: is_ready(dock))
    child(dock, "run").click()
    wait(lambda: child(dock, "progress").value() == 50)
    assert child(dock, "stage").text().startswith("Labeling")
    assert child(dock, "cancel").height() >= 34


def test_cancel_ends_the_engine_within_two_seconds(
    make_dock, scene, fake_engine, tmp_path, is_alive, wait
):
    dock = make_dock(fake_engine("--hang-at", 5, "--pause", 0.02))
    scene()
    child(dock, "output").setFilePath(str(tmp_path / "out"))
    wait(lambda: is_ready(dock))
    child(dock, "run").click()
    wait(lambda: child(dock, "progress").value() == 50)
    (engine,) = engines()
    began = time.monotonic()
    child(dock, "cancel").click()
    assert not child(dock, "cancel").isEnabled()
    wait(lambda: shown(dock, "run"))
    assert time.monotonic() - began < 2.5
    assert not is_alive(engine)
    assert "The run was canceled. Nothing was written." in child(dock, "message").text()
    assert not QgsProject.instance().layerTreeRoot().findGroups()


def test_killed_engine_is_told_in_plain_words(make_dock, scene, fake_engine, wait):
    dock = make_dock(fake_engine("--hang-at", 5))
    scene()
    wait(lambda: is_ready(dock))
    child(dock, "run").click()
    wait(lambda: child(dock, "progress").value() == 50)
    (engine,) = engines()
    os.kill(engine, signal.SIGKILL)
    wait(lambda: shown(dock, "run"))
    assert "The engine was killed" in child(dock, "message").text()
    child(dock, "copy_details").click()
    copied = QApplication.clipboard().text()
    for part in ("image.tif", "Model 'default' runs on cpu.", "the last words", "-9"):
        assert part in copied


def test_teardown_ends_the_engine(make_dock, scene, fake_engine, is_alive, wait):
    dock = make_dock(fake_engine("--hang-at", 5))
    scene()
    wait(lambda: is_ready(dock))
    child(dock, "run").click()
    wait(lambda: child(dock, "progress").value() == 50)
    (engine,) = engines()
    began = time.monotonic()
    dock.teardown()
    assert time.monotonic() - began < 3.5
    assert not is_alive(engine)
    dock.teardown()  # legal twice


def test_demo_scene_is_added_and_chosen(make_dock, home, write_raster, wait):
    dock = make_dock()
    write_raster("home/demo/0.1.0/image.tif", 3)
    write_raster("home/demo/0.1.0/dsm.tif", 1, dtype="float32")
    wait(lambda: child(dock, "demo").isEnabled())
    child(dock, "demo").click()
    wait(lambda: is_ready(dock))
    state = dock.state()
    assert (state.image.title, state.dsm.raster.title) == ("Demo image", "Demo DSM")
    child(dock, "demo").click()
    assert len(QgsProject.instance().mapLayers()) == 2


def test_command_lands_on_the_clipboard(make_dock, scene, wait):
    dock = make_dock()
    scene()
    wait(lambda: is_ready(dock))
    child(dock, "command").click()
    assert QApplication.clipboard().text().startswith("qgis_process run orthoscribe:label --IMAGE=")


def test_docks_come_and_go_without_a_trace(qgis_canvas, qgis_new_project, home, scene, qtbot):
    scene()
    canvas_children = len(qgis_canvas.findChildren(QObject))
    widgets = None
    for _ in range(20):
        dock = OrthoscribeDock(Window(qgis_canvas))
        dock.show()
        dock.teardown()
        dock.deleteLater()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        QApplication.processEvents()
        count = len(QApplication.allWidgets())
        widgets = widgets or count
    assert count <= widgets
    assert len(qgis_canvas.findChildren(QObject)) == canvas_children
    QgsProject.instance().clear()


def engines():
    """Return the ids of our child processes that are fake engines."""
    me = os.getpid()
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rsplit(")", 1)[1].split()
            command = (stat.parent / "cmdline").read_text()
        except OSError:
            continue
        if int(fields[1]) == me and fields[0] != "Z" and "fakes" in command:
            found.append(int(stat.parent.name))
    return found


def test_text_is_plain_or_escaped(make_dock, write_raster, wait):
    dock = make_dock()
    layer = QgsRasterLayer(str(write_raster("wgs.tif", 3, epsg=4326, origin=(9, 48))), "<i>x</i>")
    QgsProject.instance().addMapLayer(layer)
    wait(lambda: "geographic" in child(dock, "card").text())
    assert "&lt;i&gt;x" in child(dock, "card", QLabel).text()


def test_buttons_are_reached_by_keyboard(make_dock):
    dock = make_dock()
    buttons = [
        button
        for button in dock.findChildren(QAbstractButton)
        if button.objectName().startswith("orthoscribe_")
    ]
    assert all(button.focusPolicy() != Qt.FocusPolicy.NoFocus for button in buttons)


def test_model_without_heights_is_offered_where_heights_are_missing(make_dock, scene, wait):
    dock = make_dock()
    assert not shown(dock, "use_model")
    _, dsm = scene()
    wait(lambda: is_ready(dock))
    assert not shown(dock, "use_model")
    QgsProject.instance().removeMapLayer(dsm)
    wait(lambda: shown(dock, "use_model"))
    assert child(dock, "use_model").text() == "Use 'Image only, a sketch'"
    child(dock, "use_model").click()
    wait(lambda: is_ready(dock))
    assert dock.state().model == "image_only"
    assert not shown(dock, "use_model")
    assert "a sketch" in child(dock, "card").text()


def test_empty_dock_shows_steps_and_no_problem(make_dock, scene, wait):
    dock = make_dock()
    assert shown(dock, "steps")
    assert shown(dock, "demo")
    assert not shown(dock, "card")
    scene()
    wait(lambda: shown(dock, "card"))
    assert not shown(dock, "steps")


def test_good_checks_are_one_line_that_unfolds(make_dock, scene, wait):
    dock = make_dock()
    scene()
    wait(lambda: dock.state().bands_hint)
    child(dock, "nir_band").setBand(3)
    child(dock, "green_band").setBand(1)
    card = child(dock, "card", QLabel)
    wait(lambda: "Ready: " in card.text())
    assert "Heights" not in card.text()
    card.linkActivated.emit("#checks")
    assert "is read as" in card.text()


def test_preview_labels_the_view_into_the_temporary_folder(
    make_dock, scene, painting_engine, qgis_canvas, tmp_path, wait
):
    notes = tmp_path / "jobs.jsonl"
    dock = make_dock(painting_engine("--record", notes))
    image, _ = scene()
    child(dock, "output").setFilePath(str(tmp_path / "out"))
    qgis_canvas.setDestinationCrs(image.crs())
    qgis_canvas.setExtent(image.extent())
    wait(lambda: child(dock, "preview_view").isEnabled())
    child(dock, "preview_view").click()
    wait(lambda: QgsProject.instance().layerTreeRoot().findGroups() and shown(dock, "run"))
    (job,) = (json.loads(line) for line in notes.read_text().splitlines())
    assert job["extent"] is not None
    assert not (tmp_path / "out").exists()
    (group,) = QgsProject.instance().layerTreeRoot().findGroups()
    assert group.name().startswith("Preview")


def test_missing_terrain_is_used_at_a_click(make_dock, scene, write_raster, wait):
    dock = make_dock()
    scene()
    path = write_raster("dtm.tif", 1, dtype="float32")
    QgsProject.instance().addMapLayer(QgsRasterLayer(str(path), "dtm"))
    wait(lambda: shown(dock, "use_terrain"))
    assert dock.state().dsm.raster.title == "dsm"
    child(dock, "use_terrain").click()
    wait(lambda: dock.state().dtm is not None)
    assert (dock.state().heights, dock.state().dtm.raster.title) == ("dsm+dtm", "dtm")
    wait(lambda: not shown(dock, "use_terrain"))


def test_wrong_bands_are_detected_again_at_a_click(make_dock, scene, wait):
    dock = make_dock()
    scene()
    wait(lambda: is_ready(dock))
    child(dock, "red_band").setBand(1)
    wait(lambda: shown(dock, "detect_bands"))
    child(dock, "detect_bands").click()
    assert dock.state().bands == (1, 2, 3)


def test_header_opens_the_list_of_models(make_dock):
    dock = make_dock()
    child(dock, "models").click()
    assert dock.findChild(ModelsDialog) is not None


def test_short_notices_need_no_scroll_bar(make_dock, scene, wait):
    dock = make_dock()
    dock.resize(360, 700)
    scene()
    wait(lambda: shown(dock, "card"))
    notices = dock.findChild(FittingScroll)
    wait(lambda: notices.height() == notices.widget().height())
    assert not notices.verticalScrollBar().isVisible()
