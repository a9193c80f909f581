# SPDX-License-Identifier: GPL-2.0-or-later
from __future__ import annotations

import pytest
import rasterio
from orthoscribe.engine.raster.bands import band_traits
from orthoscribe.tests.scenes import speckle, write_raster


def test_band_traits_are_read_from_a_file(tmp_path):
    path = write_raster(
        tmp_path / "image.tif",
        speckle(4, 8, 8),
        colors=("red", "green", "blue", "alpha"),
        descriptions=("NIR", "", "", ""),
    )
    with rasterio.open(path, "r+") as dataset:
        dataset.update_tags(2, wavelength="0.665", wavelength_units="Micrometers")
        dataset.update_tags(3, ns="IMAGERY", CENTRAL_WAVELENGTH_UM="0.56")
    with rasterio.open(path) as dataset:
        first, second, third, last = band_traits(dataset)
    assert (first.number, first.description, first.interpretation) == (1, "NIR", "red")
    assert first.wavelength_nm is None
    assert second.wavelength_nm == pytest.approx(665)
    assert third.wavelength_nm == pytest.approx(560)
    assert last.is_alpha
