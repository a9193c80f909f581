"""What is doubtful about images and heights, as dock, toolbox and engine say it."""

from __future__ import annotations

import pytest
from orthoscribe.engine.protocol import (
    BandTraits,
    band_remarks,
    coarse_heights_remark,
    gap_remark,
    terrain_name_remark,
    zero_level_remark,
)

ROLES = ("nir", "red", "green")
NAMED = tuple(BandTraits(n, name) for n, name in enumerate(("Near infrared", "Red", "Green"), 1))
RGB = tuple(BandTraits(n, "", name) for n, name in enumerate(("red", "green", "blue"), 1))


def test_named_bands_are_not_doubtful():
    assert band_remarks(ROLES, {}, (1, 2, 3), NAMED) == ()
    given = dict(zip(ROLES, (1, 2, 3), strict=False))
    assert band_remarks(ROLES, given, (1, 2, 3), NAMED) == ()
    assert band_remarks(ROLES, given, (1, 2, 3), tuple(BandTraits(n) for n in (1, 2, 3))) == ()


def test_bands_crossed_against_their_names_are_told():
    given = dict(zip(ROLES, (3, 2, 1), strict=False))
    remarks = band_remarks(ROLES, given, (3, 2, 1), NAMED)
    assert len(remarks) == 2
    assert remarks[0].startswith(
        "Band 3 is used as near infrared, but the image declares it as green"
    )
    assert remarks[1].startswith(
        "Band 1 is used as green, but the image declares it as near infrared"
    )


@pytest.mark.parametrize(
    ("band", "own"),
    [
        (BandTraits(1, "Blue"), "blue"),
        (BandTraits(1, "rouge"), "red"),
        (BandTraits(1, "", "undefined", 560.0), "560 nm"),
    ],
)
def test_band_of_another_color_is_told(band, own):
    (remark,) = band_remarks(("nir",), {"nir": 1}, (1,), (band,))
    assert f"the image declares it as {own}:" in remark


def test_thermal_infrared_and_red_edge_do_not_pass_for_colors():
    traits = (BandTraits(1, "red edge"), BandTraits(2, "NIR"))
    assert band_remarks(("nir",), {"nir": 2}, (2,), traits) == ()


def test_natural_colors_are_told_unless_the_user_chose_the_band():
    (remark,) = band_remarks(ROLES, {}, (1, 2, 3), RGB)
    assert "no near infrared" in remark
    given = dict(zip(ROLES, (1, 2, 3), strict=False))
    assert band_remarks(ROLES, given, (1, 2, 3), RGB) == ()


@pytest.mark.parametrize("name", ["/d/dtm.tif", "DGM1_32.tif", "bare_earth.tif", "Terrain model"])
def test_terrain_given_as_surface_is_told(name):
    assert "its name is that of a terrain model" in terrain_name_remark(name)
    assert "Exchange them" in terrain_name_remark(name, "town_dsm.tif")


@pytest.mark.parametrize("name", ["dsm.tif", "background.tif", "dom1.tif", "dsm_minus_dtm.tif"])
def test_other_names_are_not_doubtful(name):
    assert terrain_name_remark(name, "dtm.tif") == ""


def test_heights_much_coarser_than_the_image_are_told():
    assert "5 m per pixel" in coarse_heights_remark(0.1, 5.0, "DSM")
    assert coarse_heights_remark(0.1, 1.0, "DSM") == ""
    assert coarse_heights_remark(0.5, 2.0, "DSM") == ""
    assert coarse_heights_remark(0.0, 5.0, "DSM") == ""


@pytest.mark.parametrize("low_m", [-40.0, -1.5, 5.0, 20.0])
def test_other_zero_levels_are_told(low_m):
    assert "zero levels" in zero_level_remark(low_m, "dsm+dtm")
    assert "near 0" in zero_level_remark(low_m, "ndsm")
    assert zero_level_remark(low_m, "dsm") == ""
    assert zero_level_remark(0.4, "dsm+dtm") == zero_level_remark(-0.4, "ndsm") == ""


def test_gap_says_how_to_declare_it():
    assert "Declare -9999 as nodata" in gap_remark(-9999.0, is_left_out=True)
    assert "'|nodata=255'" in gap_remark(255.0, is_left_out=False)
