"""A folder of tiles becomes one layer of all tiles, and the job gets the folder."""

from pathlib import Path

import numpy as np
import pytest
from orthoscribe.plugin.dock import tile_chooser
from orthoscribe.plugin.dock.tile_chooser import TileChooser
from orthoscribe.plugin.layers.bands import guess_band_roles
from orthoscribe.plugin.layers.inputs import raster_source
from orthoscribe.plugin.layers.tile_mosaic import add_mosaic, write_mosaic
from osgeo import gdal
from qgis.core import QgsMapLayerProxyModel, QgsProject, QgsRasterLayer
from qgis.gui import QgsMapLayerComboBox


@pytest.fixture
def box(qgis_app, qtbot):
    box = QgsMapLayerComboBox()
    qtbot.addWidget(box)
    box.setFilters(QgsMapLayerProxyModel.Filter.RasterLayer)
    box.setAllowEmptyLayer(True)
    yield box
    QgsProject.instance().clear()


@pytest.fixture
def tiles(write_raster, tmp_path):
    """Two tiles side by side, the second one 20 columns to the east."""
    folder = tmp_path / "tiles"
    folder.mkdir()
    for number, name in enumerate(("west.tif", "east.tif")):
        path = Path(write_raster(name)).rename(folder / name)
        file = gdal.Open(str(path), gdal.GA_Update)
        left, size, *rest = file.GetGeoTransform()
        file.SetGeoTransform((left + number * 20 * size, size, *rest))
        file = None
    return folder


def choose(box, monkeypatch, folder):
    monkeypatch.setattr(
        tile_chooser.QFileDialog, "getExistingDirectory", lambda *_: str(folder or "")
    )
    box.setCurrentText("Folder of tiles…")
    assert box.currentLayer() is None
    box.activated.emit(box.currentIndex())


def test_folder_becomes_the_chosen_layer(box, tiles, qtbot, monkeypatch, tmp_path):
    monkeypatch.setenv("ORTHOSCRIBE_HOME", str(tmp_path / "home"))
    chosen = []
    chooser = TileChooser(box, QgsProject.instance(), lambda: chosen.append(box.currentLayer()))
    choose(box, monkeypatch, tiles)
    qtbot.waitUntil(lambda: bool(chosen), timeout=20_000)
    (layer,) = chosen
    one = QgsRasterLayer(str(tiles / "west.tif"))
    assert raster_source(layer) == str(tiles)
    assert (layer.width(), layer.height()) == (one.width() + 20, one.height())
    assert layer.bandCount() == 3
    whole = gdal.Open(layer.source()).ReadAsArray()
    east = gdal.Open(str(tiles / "east.tif")).ReadAsArray()
    assert np.array_equal(whole[:, :, : one.width()], gdal.Open(one.source()).ReadAsArray())
    assert np.array_equal(whole[:, :, one.width() :], east[:, :, -20:])
    chooser.teardown()


def test_gap_between_tiles_leaves_the_bands_as_they_are(box, tiles, monkeypatch, tmp_path):
    monkeypatch.setenv("ORTHOSCRIBE_HOME", str(tmp_path / "home"))
    file = gdal.Open(str(tiles / "east.tif"), gdal.GA_Update)
    left, size, *rest = file.GetGeoTransform()
    file.SetGeoTransform((left + 500 * size, size, *rest))
    file = None
    layer = add_mosaic(write_mosaic(str(tiles), bool), str(tiles), QgsProject.instance())
    one = QgsRasterLayer(str(tiles / "west.tif"))
    assert layer.width() == one.width() + 520
    assert guess_band_roles(layer) == guess_band_roles(one)


def test_former_layer_stays_if_no_folder_is_chosen(box, write_raster, monkeypatch):
    layer = QgsRasterLayer(str(write_raster("image.tif")), "image")
    QgsProject.instance().addMapLayer(layer)
    chooser = TileChooser(box, QgsProject.instance(), pytest.fail)
    box.setLayer(None)
    box.setLayer(layer)
    choose(box, monkeypatch, None)
    assert box.currentLayer() == layer
    chooser.teardown()


@pytest.mark.parametrize("content", ["nothing", "other bands", "damaged"])
def test_folder_that_is_no_mosaic_is_told(
    box, tiles, write_raster, qtbot, monkeypatch, tmp_path, content
):
    monkeypatch.setenv("ORTHOSCRIBE_HOME", str(tmp_path / "home"))
    if content == "nothing":
        tiles = tmp_path / "home"
        tiles.mkdir()
    elif content == "other bands":
        Path(write_raster("one.tif", 1)).rename(tiles / "one.tif")
    else:
        (tiles / "west.tif").write_bytes(b"II*")
    said = []
    chooser = TileChooser(box, QgsProject.instance(), pytest.fail)
    chooser.failed.connect(said.append)
    choose(box, monkeypatch, tiles)
    qtbot.waitUntil(lambda: bool(said), timeout=20_000)
    expected = {"nothing": "no rasters", "other bands": "differ in", "damaged": "west.tif"}
    assert expected[content] in said[0].headline
    assert box.currentLayer() is None
