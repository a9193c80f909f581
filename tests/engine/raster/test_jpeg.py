# SPDX-License-Identifier: GPL-2.0-or-later
import numpy as np
import pytest
from orthoscribe.engine.raster.jpeg import BLOCK_PX, through_jpeg


def waves(height=64, width=80):
    """Return (3, h, w) uint8 that changes smoothly."""
    rows, columns = np.mgrid[:height, :width]
    bands = [np.sin(rows / 9 + turn) + np.cos(columns / 7 - turn) for turn in (0, 1, 2)]
    return (127 + 60 * np.array(bands)).astype(np.uint8)


def test_smooth_image_survives_and_more_so_at_high_quality():
    image = waves()
    errors = []
    for quality in (95, 30):
        returned = through_jpeg(image, quality)
        assert (returned.shape, returned.dtype) == (image.shape, np.uint8)
        errors.append(np.abs(returned.astype(float) - image).mean())
    assert 0 < errors[0] < 2 < errors[1] < 8


def test_order_of_bands_is_kept():
    image = np.array([40, 90, 200], np.uint8)[:, None, None].repeat(32, 1).repeat(32, 2)
    returned = through_jpeg(image, 90)
    assert returned.mean(axis=(1, 2)) == pytest.approx([40, 90, 200], abs=3)


def test_pixel_changes_its_own_block_alone():
    image = waves()
    other = image.copy()
    other[:, BLOCK_PX + 3, 2 * BLOCK_PX + 5] ^= 128
    differs = (through_jpeg(image, 60) != through_jpeg(other, 60)).any(axis=0)
    rows, columns = np.nonzero(differs)
    assert len(rows) > 1
    assert set(rows // BLOCK_PX) == {1}
    assert set(columns // BLOCK_PX) == {2}
