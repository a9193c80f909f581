"""A scene of many files is read as one image: the pixels that a fine-tuning learns from."""

from __future__ import annotations

from contextlib import ExitStack

import numpy as np
import rasterio
from orthoscribe.engine.finetune.run.scenes import open_scenes
from orthoscribe.engine.models.bundle import load_bundle
from orthoscribe.engine.process.reporter import SilentReporter
from orthoscribe.engine.protocol import DrawnInput
from orthoscribe.engine.raster.mosaic.build import build_mosaic
from orthoscribe.engine.tiling.window import Window
from orthoscribe.tests.survey import HEIGHT, WIDTH, write_survey
from rasterio import shutil


def chip_of(scene, card, scratch):
    scratch.mkdir()
    with ExitStack() as files:
        (opened,) = open_scenes([scene], card, scratch, files, SilentReporter())
        assert (opened.working.grid.height, opened.working.grid.width) == (HEIGHT, WIDTH)
        return opened.working.read(Window(150, 250, 120, 200))


def test_mosaic_is_read_like_one_raster(tmp_path):
    write_survey(tmp_path)
    (tmp_path / "single").mkdir()
    for role, what in (("images", "image"), ("heights", "DSM")):
        mosaic = build_mosaic(str(tmp_path / role), what, tmp_path)
        shutil.copy(mosaic.path, tmp_path / "single" / f"{role}.tif", driver="GTiff")
    card = load_bundle(tmp_path / "model").card
    tiles = DrawnInput(image=str(tmp_path / "images"), dsm=str(tmp_path / "heights"))
    single = DrawnInput(
        image=str(tmp_path / "single" / "images.tif"), dsm=str(tmp_path / "single" / "heights.tif")
    )
    one = chip_of(tiles, card, tmp_path / "a")
    other = chip_of(single, card, tmp_path / "b")
    assert np.array_equal(one.bands, other.bands)
    assert np.array_equal(one.heights, other.heights, equal_nan=True)
    assert one.valid.all()
    with rasterio.open(tmp_path / "single" / "images.tif") as image:
        assert image.read().std() > 10
