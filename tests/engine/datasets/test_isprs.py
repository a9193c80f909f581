# SPDX-License-Identifier: GPL-2.0-or-later
"""The readers of the ISPRS tiles, on small files in the official layout."""

from __future__ import annotations

import numpy as np
import pytest
import rasterio
from orthoscribe.engine.datasets import placed, read_classes, scenes_of
from orthoscribe.engine.datasets.isprs import POTSDAM, VAIHINGEN
from orthoscribe.engine.metrics import IGNORED
from orthoscribe.engine.protocol import ISPRS, InputError
from orthoscribe.engine.raster.opening import grid_of, open_raster
from orthoscribe.engine.raster.reader import SceneSources, open_scene
from orthoscribe.tests.scenes import speckle, write_raster

SIZE = (12, 16)
WORLD_FILE = "{gsd}\n0\n0\n-{gsd}\n{east}\n{north}\n"
COLORS = np.array([one.color for one in ISPRS.classes] + [(0, 0, 0)], np.uint8)


def write_bare(path, values, *, gsd=None, east=497_000.0, north=5_419_000.0):
    """Write a raster without a CRS; with a world file beside it where `gsd` is given."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".jpg":
        with rasterio.open(path, "w", driver="JPEG", count=1, height=len(values),
                           width=values.shape[1], dtype="uint8") as dataset:  # fmt: skip
            dataset.write(values, 1)
        return
    write_raster(path, values, crs=None, transform=None)
    if gsd:
        path.with_suffix(".tfw").write_text(WORLD_FILE.format(gsd=gsd, east=east, north=north))


def paint(indices):
    return COLORS[indices].transpose(2, 0, 1)


def pattern(seed):
    return np.random.default_rng(seed).integers(0, 6, SIZE)


@pytest.fixture
def vaihingen(tmp_path):
    """All labeled tiles; world files for images only, as in the real set."""
    for number, name in enumerate(VAIHINGEN.splits["all"]):
        write_bare(tmp_path / f"top/top_mosaic_09cm_area{name}.tif", speckle(3, *SIZE), gsd=0.09)
        write_bare(
            tmp_path / f"dsm/dsm_09cm_matching_area{name}.tif",
            np.full(SIZE, 280, np.float32),
            gsd=0.09,
        )
        truth = pattern(number)
        write_bare(tmp_path / f"gts_for_participants/top_mosaic_09cm_area{name}.tif", paint(truth))
        truth[:, 5] = 6
        write_bare(
            tmp_path / f"gts_eroded_for_participants/top_mosaic_09cm_area{name}_noBoundary.tif",
            paint(truth),
        )
    return tmp_path


@pytest.fixture
def potsdam(tmp_path):
    for name in POTSDAM.splits["validation"]:
        two_digits = "_".join(part.zfill(2) for part in name.split("_"))
        write_bare(
            tmp_path / f"4_Ortho_RGBIR/top_potsdam_{name}_RGBIR.tif", speckle(4, *SIZE), gsd=0.05
        )
        write_bare(
            tmp_path / f"1_DSM/dsm_potsdam_{two_digits}.tif",
            np.full(SIZE, 35, np.float32),
            gsd=0.05,
        )
        write_bare(
            tmp_path / f"1_DSM_normalisation/dsm_potsdam_{two_digits}_normalized_lastools.jpg",
            np.full((SIZE[0] - 1, SIZE[1]), 7, np.uint8),
        )
        write_bare(
            tmp_path / f"5_Labels_for_participants/top_potsdam_{name}_label.tif",
            paint(pattern(0)),
        )
    return tmp_path


def test_splits_are_those_of_the_paper():
    assert set(VAIHINGEN.splits["validation"]) == {"11", "15", "28", "30", "34"}
    assert len(VAIHINGEN.splits["training"]) == 11
    assert len(POTSDAM.splits["validation"]) == 7
    assert len(POTSDAM.splits["training"]) == 17
    for layout, tiles in ((VAIHINGEN, 33), (POTSDAM, 38)):
        parts = [layout.splits[name] for name in ("training", "validation", "test")]
        every = [name for part in parts for name in part]
        assert len(every) == len(set(every)) == tiles
        assert set(layout.splits["all"]) == {*parts[0], *parts[1]}


def test_vaihingen_scenes_have_their_files(vaihingen):
    scenes = scenes_of("vaihingen", str(vaihingen), "validation")
    assert [scene.name for scene in scenes] == ["11", "15", "28", "30", "34"]
    assert scenes[0].image == str(vaihingen / "top/top_mosaic_09cm_area11.tif")
    assert tuple(scenes[0].given_bands().values()) == (1, 2, 3)
    assert scenes[0].heights == "auto"
    assert scenes[0].eroded.path.endswith("area11_noBoundary.tif")


def test_tile_without_crs_lies_in_its_utm_zone(vaihingen, tmp_path):
    scene = placed(scenes_of("vaihingen", str(vaihingen), "validation")[0], tmp_path / "scratch")
    with open_raster(scene.image, "image") as image, open_raster(scene.dsm, "DSM") as dsm:
        grid = grid_of(image, "image")
        assert grid_of(dsm, "DSM") == grid
        np.testing.assert_array_equal(
            image.read(), rasterio.open(vaihingen / "top/top_mosaic_09cm_area11.tif").read()
        )
    assert grid.crs.to_epsg() == 32632
    assert grid.transform.a == pytest.approx(0.09)
    assert grid.transform.c == pytest.approx(497_000 - 0.045)
    assert grid.gsd_m == pytest.approx(0.09, rel=1e-3)


def test_placed_scene_can_be_opened_with_heights(vaihingen, tmp_path):
    scene = placed(scenes_of("vaihingen", str(vaihingen), "validation")[0], tmp_path / "scratch")
    from orthoscribe.engine.protocol import LabelJob

    job = LabelJob(image=scene.image, output="out", dsm=scene.dsm, nir_band=scene.nir_band)
    sources = SceneSources.from_job(job, ("nir", "red", "green", "height"))
    with open_scene(sources, tmp_path) as reader:
        chip = reader.read(reader.wanted)
    np.testing.assert_allclose(chip.heights, 0, atol=1e-3)
    assert chip.valid.all()


def test_tile_without_even_a_world_file_gets_the_pixel_of_its_set(vaihingen, tmp_path):
    for role, name in (("top", "top_mosaic_09cm_area11"), ("dsm", "dsm_09cm_matching_area11")):
        (vaihingen / role / f"{name}.tfw").unlink()
    scene = placed(scenes_of("vaihingen", str(vaihingen), "validation")[0], tmp_path / "scratch")
    with open_raster(scene.image, "image") as image, open_raster(scene.dsm, "DSM") as dsm:
        assert image.transform.a == pytest.approx(0.09)
        assert dsm.transform == image.transform


def test_colors_are_classes_and_black_is_ignored(vaihingen, tmp_path):
    scene = placed(scenes_of("vaihingen", str(vaihingen), "validation")[1], tmp_path / "scratch")
    with open_raster(scene.image, "image") as image:
        grid = grid_of(image, "image")
    number = VAIHINGEN.splits["all"].index("15")
    expected = pattern(number)
    np.testing.assert_array_equal(read_classes(scene.truth, grid, ISPRS), expected)
    expected[:, 5] = IGNORED
    np.testing.assert_array_equal(read_classes(scene.eroded, grid, ISPRS), expected)


def test_color_that_is_none_of_the_legend_is_named(vaihingen, tmp_path):
    path = vaihingen / "gts_for_participants/top_mosaic_09cm_area11.tif"
    values = paint(pattern(0))
    values[:, 3, 4] = (10, 120, 30)
    write_bare(path, values)
    scene = placed(scenes_of("vaihingen", str(vaihingen), "validation")[0], tmp_path / "scratch")
    with open_raster(scene.image, "image") as image, pytest.raises(InputError) as caught:
        read_classes(scene.truth, grid_of(image, "image"), ISPRS)
    assert str(path) in str(caught.value)
    assert "(10, 120, 30)" in str(caught.value)


def test_color_a_few_levels_off_is_taken(vaihingen, tmp_path):
    values = paint(pattern(0))
    values[:, 3, 4] = (252, 255, 4)
    write_bare(vaihingen / "gts_for_participants/top_mosaic_09cm_area11.tif", values)
    scene = placed(scenes_of("vaihingen", str(vaihingen), "validation")[0], tmp_path / "scratch")
    with open_raster(scene.image, "image") as image:
        classes = read_classes(scene.truth, grid_of(image, "image"), ISPRS)
    assert ISPRS.classes[classes[3, 4]].name == "car"


def test_labels_of_another_size_are_refused(vaihingen, tmp_path):
    path = vaihingen / "gts_for_participants/top_mosaic_09cm_area11.tif"
    write_bare(path, paint(pattern(0))[:, :-1])
    scene = placed(scenes_of("vaihingen", str(vaihingen), "validation")[0], tmp_path / "scratch")
    with open_raster(scene.image, "image") as image, pytest.raises(InputError) as caught:
        read_classes(scene.truth, grid_of(image, "image"), ISPRS)
    assert "16 x 11 px" in str(caught.value)
    assert "16 x 12 px" in str(caught.value)


@pytest.mark.parametrize(
    "missing",
    [
        "top/top_mosaic_09cm_area28.tif",
        "gts_for_participants/top_mosaic_09cm_area28.tif",
    ],
)
def test_missing_file_is_named(vaihingen, missing):
    (vaihingen / missing).unlink()
    with pytest.raises(InputError) as caught:
        scenes_of("vaihingen", str(vaihingen), "validation")
    assert missing in str(caught.value)
    assert "Unpack" in str(caught.value)


def test_missing_folder_is_named(tmp_path):
    with pytest.raises(InputError, match="does not exist"):
        scenes_of("potsdam", str(tmp_path / "nowhere"), "validation")


def test_missing_heights_are_named_where_they_are_asked_for(vaihingen):
    with pytest.raises(InputError, match=r"ndsm/dsm_09cm_matching_area11_normalized\.jpg"):
        scenes_of("vaihingen", str(vaihingen), "validation", "ndsm")


def test_potsdam_has_two_digits_in_the_names_of_heights(potsdam, tmp_path):
    scene = scenes_of("potsdam", str(potsdam), "validation")[0]
    assert scene.name == "2_11"
    assert scene.dsm.endswith("1_DSM/dsm_potsdam_02_11.tif")
    assert tuple(scene.given_bands().values()) == (4, 1, 2)
    assert scene.eroded is None
    with open_raster(placed(scene, tmp_path / "scratch").image, "image") as image:
        assert image.crs.to_epsg() == 32633


def test_potsdam_takes_the_infrared_image_where_there_is_no_other(potsdam):
    for path in (potsdam / "4_Ortho_RGBIR").glob("*.tif"):
        moved = potsdam / "3_Ortho_IRRG" / path.name.replace("RGBIR", "IRRG")
        moved.parent.mkdir(exist_ok=True)
        path.rename(moved)
    scene = scenes_of("potsdam", str(potsdam), "validation")[0]
    assert tuple(scene.given_bands().values()) == (1, 2, 3)


def test_normalized_heights_a_row_short_lie_on_the_image(potsdam, tmp_path):
    found = scenes_of("potsdam", str(potsdam), "validation", "ndsm")[0]
    assert (found.heights, found.dtm) == ("ndsm", "")
    scene = placed(found, tmp_path / "scratch")
    with open_raster(scene.image, "image") as image, open_raster(scene.dsm, "DSM") as heights:
        assert heights.transform == image.transform
        assert heights.shape == (11, 16)


def test_normalized_heights_of_another_size_are_refused(potsdam, tmp_path):
    found = scenes_of("potsdam", str(potsdam), "validation", "ndsm")[0]
    from pathlib import Path

    write_bare(Path(found.dsm), np.full((8, 8), 7, np.uint8))
    with pytest.raises(InputError, match="8 x 8 px"):
        placed(found, tmp_path / "scratch")
