# SPDX-License-Identifier: GPL-2.0-or-later
"""Share of an image that a height layer covers."""

import pytest
from orthoscribe.plugin.layers.extents import coverage_of
from qgis.core import QgsProject, QgsRasterLayer

WIDTH_M = 32.0  # 64 pixels of 0.5 m


@pytest.mark.parametrize(("shift_m", "share"), [(0.0, 1.0), (WIDTH_M / 2, 0.5), (5000.0, 0.0)])
def test_coverage_is_the_shared_part(write_raster, shift_m, share):
    image = QgsRasterLayer(str(write_raster("image.tif")), "image")
    origin = (500_000.0 + shift_m, 5_400_000.0)
    heights = write_raster("dsm.tif", 1, dtype="float32", origin=origin)
    context = QgsProject.instance().transformContext()
    assert coverage_of(image, QgsRasterLayer(str(heights), "dsm"), context) == pytest.approx(share)
