# SPDX-License-Identifier: GPL-2.0-or-later
"""Sizes of pixels on the ground, the same numbers as the engine's grid gives."""

import pytest
from orthoscribe.plugin.dock.layer_properties import image_properties
from orthoscribe.plugin.layers.gsd import gsd_m
from qgis.core import QgsRasterLayer


@pytest.fixture
def measured(write_raster):
    """Return a function from a CRS, a place and a pixel to the size of that pixel in meters."""

    def measure(epsg, origin, pixel):
        path = write_raster(epsg=epsg, origin=origin, pixel=pixel)
        return gsd_m(QgsRasterLayer(str(path), "image"))

    return measure


def test_gsd_is_exact_in_a_projection_made_for_surveying(measured):
    assert measured(32632, (500_000, 5_400_000), 0.1) == pytest.approx(0.1, rel=1e-9)


def test_gsd_respects_feet(measured):
    assert measured(2263, (985_000, 210_000), 1.0) == pytest.approx(0.3048, rel=1e-4)


def test_gsd_is_measured_on_the_ground_in_web_mercator(measured):
    assert measured(3857, (790_000, 6_575_000), 1.0) == pytest.approx(0.635, abs=0.003)


def test_gsd_is_unknown_in_degrees(measured):
    assert measured(4326, (9, 48), 1e-6) == 0.0


def test_gsd_outside_the_domain_of_its_crs_falls_back_to_its_units(measured):
    assert measured(25832, (1e9, 1e9), 0.5) == pytest.approx(0.5)


def test_dock_shows_sizes_on_the_ground(write_raster):
    path = write_raster(epsg=3857, origin=(790_000, 6_575_000), pixel=1.0)
    facts = image_properties(QgsRasterLayer(str(path), "image"))
    assert facts.gsd_m == pytest.approx(0.635, abs=0.003)
