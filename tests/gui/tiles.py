# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs inside QGIS: a folder of tiles becomes the image, and the job runs in several processes."""

import os

import numpy as np
from driver import SHOTS, Player, choose_model, pause, show_dock
from osgeo import gdal, osr
from qgis.core import QgsProject
from qgis.PyQt.QtWidgets import QFileDialog, QLabel, QScrollArea
from qgis.utils import iface

TILE_PX, GSD_M, WEST_M, NORTH_M = 300, 0.2, 500_000.0, 5_400_000.0


def write_tiles(folder):
    """Write four image tiles of bright and dark blocks."""
    folder.mkdir()
    random = np.random.default_rng(3)
    reference = osr.SpatialReference()
    reference.ImportFromEPSG(25832)
    for row in range(2):
        for col in range(2):
            path = str(folder / f"{row}_{col}.tif")
            file = gdal.GetDriverByName("GTiff").Create(path, TILE_PX, TILE_PX, 3)
            west, north = WEST_M + col * TILE_PX * GSD_M, NORTH_M - row * TILE_PX * GSD_M
            file.SetGeoTransform((west, GSD_M, 0, north, 0, -GSD_M))
            file.SetProjection(reference.ExportToWkt())
            blocks = random.integers(30, 220, (3, TILE_PX // 30, TILE_PX // 30))
            pixels = np.kron(blocks, np.ones((1, 30, 30), int)).astype(np.uint8)
            for band in range(3):
                file.GetRasterBand(band + 1).WriteArray(pixels[band])
            file.FlushCache()


def shoot_list(box, name):
    """Open a list, take its picture as it lies on the window, and close it."""
    box.showPopup()
    yield pause(0.5)
    popup = box.view().window()
    popup.grab().save(str(SHOTS / f"{name}.png"))
    box.hidePopup()


def tiles(stage):
    """Choose a folder of tiles by the last entry of the list, then several processes."""
    iface.newProject()
    write_tiles(SHOTS / "tiles")
    yield from show_dock(stage)
    box = stage.child("image_layer")
    stage.note(entries=[box.itemText(index) for index in range(box.count())])
    yield from shoot_list(box, "1_list")
    former = QFileDialog.getExistingDirectory
    QFileDialog.getExistingDirectory = lambda *_: str(SHOTS / "tiles")
    index = box.findText(stage.facts["entries"][-1])
    box.setCurrentIndex(index)
    box.activated.emit(index)
    QFileDialog.getExistingDirectory = former
    yield lambda: box.currentLayer() is not None
    yield pause(1.0)
    yield stage.map_is_still
    stage.shoot("2_tiles")
    (layer,) = QgsProject.instance().mapLayers().values()
    stage.note(layer=layer.name(), size_px=[layer.width(), layer.height()])
    yield from run_on(stage)


def run_on(stage):
    """Choose several processes, and an address that is none."""
    options, place = stage.child("options"), stage.child("run_on")
    options.setCollapsed(False)
    yield pause(0.5)
    area = scroll_area_of(place)
    area.ensureWidgetVisible(place, 10, 90)
    yield from shoot_list(place, "3_places")
    place.setCurrentIndex(1)
    yield pause(0.5)
    area.ensureWidgetVisible(stage.child("install_cluster"), 10, 60)
    stage.shoot("4_processes")

    place.setEditText("my server")
    yield pause(0.5)
    stage.shoot("5_no_place")
    stage.note(
        findings=[
            each.text() for each in stage.dock.findChildren(QLabel) if "is no place" in each.text()
        ]
    )
    yield from plan(stage, area)


def plan(stage, area):
    """Plan the run in one process."""
    stage.child("run_on").setCurrentIndex(0)
    choose_model(stage, "image_only")
    yield lambda: stage.can_press("run")
    stage.press("plan")
    stage.note(while_planning=stage.child("plan").text())
    yield lambda: "parts" in stage.child("plan_text").text()
    stage.note(plan=stage.child("plan_text").text())
    yield pause(0.5)
    area.ensureWidgetVisible(stage.child("plan_text"), 10, 10)
    stage.shoot("6_plan")


def scroll_area_of(widget):
    """Return the area in which a widget is scrolled."""
    while not isinstance(widget, QScrollArea):
        widget = widget.parentWidget()
    return widget


PLAYER = Player(globals()[os.environ["ORTHOSCRIBE_SCENARIO"]])
