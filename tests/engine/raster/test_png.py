# SPDX-License-Identifier: GPL-2.0-or-later
import warnings

import numpy as np
from orthoscribe.engine.raster.png import png_bytes
from orthoscribe.tests.scenes import speckle
from rasterio.io import MemoryFile


def test_picture_comes_back_from_its_bytes():
    picture = speckle(3, 21, 34)
    content = png_bytes(picture)
    assert content.startswith(b"\x89PNG\r\n")
    with MemoryFile(content) as file, file.open() as dataset:
        assert dataset.driver == "PNG"
        np.testing.assert_array_equal(dataset.read(), picture)
    assert png_bytes(picture) == content


def test_nobody_is_warned_that_a_picture_lies_nowhere():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        png_bytes(speckle(3, 8, 8))
