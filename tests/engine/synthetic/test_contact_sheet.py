# SPDX-License-Identifier: GPL-2.0-or-later
import sys

import numpy as np
import rasterio
from orthoscribe.engine.protocol import ISPRS
from orthoscribe.engine.synthetic import contact_sheet as module
from orthoscribe.engine.synthetic import make_scene
from orthoscribe.engine.synthetic.contact_sheet import GAP_PX, WHITE_M, contact_sheet, picture_of

SIZE_PX = 40


def test_picture_shows_image_heights_and_classes():
    scene = make_scene(3, SIZE_PX, 0.5)
    picture = picture_of(scene)
    assert (picture.shape, picture.dtype) == ((SIZE_PX, 3 * SIZE_PX, 3), np.uint8)
    image, heights, classes = np.split(picture, 3, axis=1)
    np.testing.assert_array_equal(image, scene.image.transpose(1, 2, 0))
    assert (heights == heights[..., :1]).all()
    above_m = np.clip(scene.dsm - scene.dtm, 0, WHITE_M)
    np.testing.assert_allclose(heights[..., 0], above_m * 255 / WHITE_M, atol=1)
    for land_class in ISPRS.classes:
        assert (classes[scene.labels == land_class.code] == land_class.color).all()


def test_sheet_has_its_shape_and_repeats():
    sheet = contact_sheet(7, rows=2, columns=3, size_px=SIZE_PX)
    assert sheet.dtype == np.uint8
    assert sheet.shape == (2 * (SIZE_PX + GAP_PX), 3 * (3 * SIZE_PX + GAP_PX), 3)
    np.testing.assert_array_equal(sheet, contact_sheet(7, rows=2, columns=3, size_px=SIZE_PX))
    assert not sheet[SIZE_PX : SIZE_PX + GAP_PX].any()
    other = contact_sheet(8, rows=2, columns=3, size_px=SIZE_PX)
    assert (other != sheet).mean() > 0.3


def test_sheet_is_written_as_png(tmp_path, monkeypatch):
    sheet = contact_sheet(5, rows=1, columns=1, size_px=SIZE_PX)
    monkeypatch.setattr(module, "contact_sheet", lambda seed, **_: {5: sheet}[seed])
    monkeypatch.setattr(sys, "argv", ["contact_sheet", str(tmp_path / "s.png"), "--seed", "5"])
    module.main()
    assert [path.name for path in tmp_path.iterdir()] == ["s.png"]  # no sidecar
    with rasterio.open(tmp_path / "s.png") as dataset:
        assert dataset.driver == "PNG"
        np.testing.assert_array_equal(dataset.read().transpose(1, 2, 0), sheet)
