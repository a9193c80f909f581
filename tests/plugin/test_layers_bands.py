"""Which band is which, as a layer tells it."""

import pytest
from orthoscribe.plugin.layers.bands import band_description, guess_band_roles, wavelength_nm
from qgis.core import QgsRasterLayer


@pytest.fixture
def roles_of(write_raster):
    def guess(*descriptions, bands=None):
        # Of four bytes GDAL would call the last one alpha.
        count = bands or len(descriptions)
        path = write_raster("image.tif", count, descriptions=descriptions, dtype="uint16")
        return guess_band_roles(QgsRasterLayer(str(path), "image"))

    return guess


def test_names_tell_the_roles(roles_of):
    assert roles_of("blue", "green", "red", "nir") == {"nir": 4, "red": 3, "green": 2}


def test_name_wins_over_the_alpha_that_gdal_assumes(write_raster):
    path = write_raster("image.tif", 4, descriptions=("red", "green", "blue", "nir"), dtype="uint8")
    layer = QgsRasterLayer(str(path), "image")
    assert layer.dataProvider().colorInterpretationName(4) == "Alpha"
    assert guess_band_roles(layer) == {"nir": 4, "red": 1, "green": 2}


def test_wavelengths_tell_the_roles(roles_of):
    names = ("490 nm", "560 nm", "665 nm", "705 nm", "842 nm")
    assert roles_of(*names) == {"nir": 5, "red": 3, "green": 2}


def test_three_silent_bands_are_nir_red_green(roles_of):
    assert roles_of(bands=3) == {"nir": 1, "red": 2, "green": 3}


def test_four_silent_bands_are_red_green_blue_nir(roles_of):
    assert roles_of(bands=4) == {"nir": 4, "red": 1, "green": 2}


def test_six_silent_bands_cannot_be_told(roles_of):
    assert roles_of(bands=6) == {"nir": 0, "red": 0, "green": 0}


@pytest.mark.parametrize(
    ("shown", "description"),
    [("Band 1: nir", "nir"), ("Kanal 12: Rot: hell", "Rot: hell"), ("Band 1 (Red)", ""), ("", "")],
)
def test_description_is_what_follows_the_number(shown, description):
    assert band_description(shown) == description


@pytest.mark.parametrize(
    ("description", "expected"),
    [("B08 842 nm", 842), ("b8 (0.842 Micrometers)", 842), ("0.56 µm", 560), ("band 4", None)],
)
def test_wavelength_is_read_with_its_unit(description, expected):
    assert wavelength_nm(description) == expected
