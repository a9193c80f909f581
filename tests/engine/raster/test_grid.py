# SPDX-License-Identifier: GPL-2.0-or-later
from __future__ import annotations

import pytest
from affine import Affine
from orthoscribe.engine.raster.grid import RasterGrid
from orthoscribe.engine.tiling.window import Window
from rasterio.crs import CRS


def grid(epsg, transform, size=100):
    return RasterGrid(CRS.from_epsg(epsg), transform, size, size)


def test_gsd_is_exact_in_a_projection_made_for_surveying():
    assert grid(32632, Affine(0.1, 0, 5e5, 0, -0.2, 5.4e6)).gsd_m == pytest.approx(0.02**0.5)
    assert grid(32632, Affine(0.1, 0, 5e5, 0, 0.1, 5.4e6)).gsd_m == pytest.approx(0.1)


def test_gsd_of_a_rotated_grid_is_that_of_its_pixels():
    turned = Affine.translation(5e5, 5.4e6) @ Affine.rotation(30) @ Affine.scale(0.25, -0.25)
    assert grid(32632, turned).gsd_m == pytest.approx(0.25)
    assert grid(32632, turned).is_rotated


def test_gsd_respects_feet():
    assert grid(2263, Affine(1, 0, 985_000, 0, -1, 210_000)).gsd_m == pytest.approx(
        0.3048, rel=1e-4
    )


def test_gsd_is_measured_on_the_ground_in_web_mercator():
    in_bonn = grid(3857, Affine(1, 0, 790_000, 0, -1, 6_575_000))  # latitude 50.7
    assert in_bonn.gsd_m == pytest.approx(0.635, abs=0.003)


def test_sub_grid_starts_where_its_window_does():
    turned = Affine.translation(5e5, 5.4e6) @ Affine.rotation(30) @ Affine.scale(0.25, -0.25)
    part = grid(32632, turned).sub(Window(10, 20, 30, 40))
    assert (part.height, part.width) == (30, 40)
    assert part.transform @ (0, 0) == pytest.approx(turned @ (20, 10))


def test_grid_outside_the_domain_of_its_crs_falls_back_to_its_units():
    nowhere = Affine(0.5, 0, 1e9, 0, -0.5, 1e9)
    assert RasterGrid(CRS.from_epsg(25832), nowhere, 10, 10).gsd_m == pytest.approx(0.5)
