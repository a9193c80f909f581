# SPDX-License-Identifier: GPL-2.0-or-later
"""A folder of tiles, and truth in codes, colors and polygons."""

from __future__ import annotations

import numpy as np
import pyogrio
import pytest
import shapely
from orthoscribe.engine.datasets import Truth, read_classes, scenes_of, truth_in
from orthoscribe.engine.metrics import IGNORED
from orthoscribe.engine.protocol import ISPRS, InputError
from orthoscribe.engine.raster.opening import grid_of, open_raster
from orthoscribe.tests.scenes import NORTH_UP, UTM32, speckle, write_raster

CODES = np.arange(48, dtype=np.uint8).reshape(6, 8) % 7


def write(path, values, **options):
    path.parent.mkdir(parents=True, exist_ok=True)
    return write_raster(path, values, **options)


@pytest.fixture
def root(tmp_path):
    for name in ("a", "b"):
        write(tmp_path / f"images/{name}.tif", speckle(3, 6, 8))
        write(tmp_path / f"labels/{name}.tif", CODES)
    write(tmp_path / "dsm/a.tif", np.zeros((6, 8), np.float32))
    return tmp_path


@pytest.fixture
def grid(tmp_path):
    path = write(tmp_path / "image.tif", speckle(3, 6, 8))
    with open_raster(path, "image") as dataset:
        return grid_of(dataset, "image")


def write_polygons(path, classes, field="class", crs=UTM32):
    """Write squares of 2 x 2 px, side by side in the upper left, one for each class."""
    x, y = NORTH_UP.c, NORTH_UP.f
    squares = [shapely.box(x + i, y - 1, x + i + 1, y) for i in range(len(classes))]
    pyogrio.raw.write(
        path,
        shapely.to_wkb(np.array(squares)),
        [np.array(classes)],
        [field],
        driver="GPKG",
        geometry_type="Polygon",
        crs=crs,
    )
    return str(path)


def test_folder_of_kinds_is_read(root):
    a, b = scenes_of("folder", str(root), "all")
    assert (a.name, b.name) == ("a", "b")
    assert a.dsm == str(root / "dsm/a.tif")
    assert b.dsm == ""
    assert a.truth == Truth(str(root / "labels/a.tif"), "codes")


def test_folder_of_scenes_is_read(tmp_path):
    for name in ("north", "south"):
        write(tmp_path / name / "image.tif", speckle(3, 6, 8))
        write(tmp_path / name / "labels.tif", CODES)
        write(tmp_path / name / "dtm.tif", CODES.astype(np.float32))
        write(tmp_path / name / "dsm.tif", CODES.astype(np.float32))
    scenes = scenes_of("folder", str(tmp_path), "all")
    assert [scene.name for scene in scenes] == ["north", "south"]
    assert scenes[0].dtm == str(tmp_path / "north/dtm.tif")


def test_split_comes_from_its_list(root):
    (root / "validation.txt").write_text("b\n\n")
    assert [scene.name for scene in scenes_of("folder", str(root), "validation")] == ["b"]
    with pytest.raises(InputError, match=r"training\.txt"):
        scenes_of("folder", str(root), "training")


def test_listed_scene_without_image_is_named(root):
    (root / "validation.txt").write_text("c\n")
    with pytest.raises(InputError, match=r"validation\.txt lists the scene 'c'"):
        scenes_of("folder", str(root), "validation")


def test_other_texts_in_the_folder_are_not_read(root):
    (root / "README.txt").write_bytes("Geflogen über Köln.".encode("latin-1"))
    (root / "training.txt").write_bytes(b"\xef\xbb\xbfa\r\nb\r\na\r\n")
    assert [scene.name for scene in scenes_of("folder", str(root), "all")] == ["a", "b"]
    assert [scene.name for scene in scenes_of("folder", str(root), "training")] == ["a", "b"]


def test_list_of_another_encoding_is_refused_by_name(root):
    (root / "test.txt").write_bytes("Köln".encode("latin-1"))
    with pytest.raises(InputError, match=r"test\.txt is not in UTF-8"):
        scenes_of("folder", str(root), "all")


def test_missing_labels_are_named(root):
    (root / "labels/b.tif").unlink()
    with pytest.raises(InputError, match=r"scene b .*labels/b\.tif"):
        scenes_of("folder", str(root), "all")


def test_empty_folder_says_what_belongs_there(tmp_path):
    with pytest.raises(InputError, match="holds no scene"):
        scenes_of("folder", str(tmp_path), "all")


def test_codes_outside_the_legend_are_ignored(root, grid):
    classes = read_classes(truth_in(str(root / "labels/a.tif")), grid, ISPRS)
    expected = np.where(CODES == 0, IGNORED, CODES.astype(int) - 1)
    np.testing.assert_array_equal(classes, expected)


def test_colors_on_a_shifted_lattice_are_brought_over(tmp_path, grid):
    colors = np.zeros((3, 6, 8), np.uint8)
    colors[2, :, 2:] = 255  # building: nothing but blue
    shifted = NORTH_UP @ NORTH_UP.translation(2, 0)
    path = write(tmp_path / "labels.tif", colors, transform=shifted)
    truth = truth_in(path)
    assert truth.coding == "colors"
    expected = np.full((6, 8), IGNORED)
    expected[:, 4:] = 1
    np.testing.assert_array_equal(read_classes(truth, grid, ISPRS), expected)


def test_labels_without_a_place_must_fit(tmp_path, grid):
    path = write(tmp_path / "labels.png.tif", CODES, crs=None, transform=None)
    assert read_classes(truth_in(path), grid, ISPRS)[0, 1] == 0
    path = write(tmp_path / "small.tif", CODES[:3], crs=None, transform=None)
    with pytest.raises(InputError, match="8 x 3 px"):
        read_classes(truth_in(path), grid, ISPRS)


@pytest.mark.parametrize(
    ("classes", "field"),
    [([2, 4], "code"), (["building", "Tree"], "class"), (["2", "4.0"], "label")],
)
def test_polygons_are_burnt_by_code_or_name(tmp_path, grid, classes, field):
    path = write_polygons(tmp_path / "drawn.gpkg", classes, field)
    burnt = read_classes(truth_in(path), grid, ISPRS)
    expected = np.full((6, 8), IGNORED)
    expected[:2, :2], expected[:2, 2:4] = 1, 3
    np.testing.assert_array_equal(burnt, expected)


def test_polygons_of_another_crs_land_in_place(tmp_path, grid):
    import rasterio.warp

    x, y = NORTH_UP.c, NORTH_UP.f
    corners = [(x, y), (x + 4, y), (x + 4, y - 1.5), (x, y - 1.5)]
    lon, lat = rasterio.warp.transform(UTM32, "EPSG:4326", *zip(*corners, strict=True))
    polygon = shapely.Polygon(zip(lon, lat, strict=True))
    path = tmp_path / "drawn.gpkg"
    pyogrio.raw.write(
        path,
        shapely.to_wkb(np.array([polygon])),
        [np.array([5])],
        ["code"],
        driver="GPKG",
        geometry_type="Polygon",
        crs="EPSG:4326",
    )
    burnt = read_classes(truth_in(str(path)), grid, ISPRS)
    assert (burnt[:3] == 4).all()
    assert (burnt[3:] == IGNORED).all()


def test_field_is_taken_as_asked(tmp_path, grid):
    path = write_polygons(tmp_path / "drawn.gpkg", ["car"], "what")
    assert read_classes(truth_in(path, "what"), grid, ISPRS)[0, 0] == 4
    with pytest.raises(InputError, match="the fields are what"):
        read_classes(truth_in(path), grid, ISPRS)


def test_class_of_no_legend_is_named(tmp_path, grid):
    path = write_polygons(tmp_path / "drawn.gpkg", ["swamp"])
    with pytest.raises(InputError, match=r"drawn\.gpkg have the class 'swamp'"):
        read_classes(truth_in(path), grid, ISPRS)


def test_labels_of_another_place_are_refused(tmp_path, grid):
    far = NORTH_UP @ NORTH_UP.translation(90_000, 0)
    path = write(tmp_path / "far.tif", CODES, transform=far)
    with pytest.raises(InputError, match="where the image lies"):
        read_classes(truth_in(path), grid, ISPRS)


def test_missing_labels_file_is_named(tmp_path):
    with pytest.raises(InputError, match="does not exist"):
        truth_in(str(tmp_path / "none.tif"))


def test_layers_of_a_file_are_read_one_over_the_other(tmp_path, grid):
    path = tmp_path / "drawn.gpkg"
    x, y = NORTH_UP.c, NORTH_UP.f
    for layer, value, box in (
        ("roads", "impervious_surface", (x, y - 2, x + 4, y)),
        ("buildings", "building", (x, y - 1, x + 2, y)),
    ):
        pyogrio.raw.write(
            path, shapely.to_wkb(np.array([shapely.box(*box)])), [np.array([value])], ["class"],
            layer=layer, driver="GPKG", geometry_type="Polygon", crs=UTM32, append=path.exists(),
        )  # fmt: skip
    pyogrio.raw.write(
        path, None, [np.array(["s"])], ["styleName"], layer="layer_styles", driver="GPKG",
        geometry_type=None, crs=None, append=True,
    )  # fmt: skip
    both = read_classes(truth_in(str(path)), grid, ISPRS)
    np.testing.assert_array_equal(np.unique(both), [0, 1, IGNORED])
    assert (both[:2, :4] == 1).all()
    roads = read_classes(truth_in(f"{path}|layername=roads"), grid, ISPRS)
    np.testing.assert_array_equal(np.unique(roads), [0, IGNORED])


def test_file_without_polygons_is_refused(tmp_path, grid):
    path = tmp_path / "points.gpkg"
    pyogrio.raw.write(
        path, shapely.to_wkb(np.array([shapely.Point(1, 2)])), [np.array(["tree"])], ["class"],
        driver="GPKG", geometry_type="Point", crs=UTM32,
    )  # fmt: skip
    with pytest.raises(InputError, match="no layer of polygons"):
        read_classes(truth_in(str(path)), grid, ISPRS)
