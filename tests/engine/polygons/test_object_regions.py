"""Blocks of objects: any block alone gives what all of them give together."""

import numpy as np
import pytest
import shapely
from orthoscribe.engine.polygons import object_regions
from orthoscribe.engine.polygons.building_features import all_buildings
from orthoscribe.engine.polygons.car_features import all_cars
from orthoscribe.engine.polygons.codes import GroundCodes
from orthoscribe.engine.polygons.object_outlines import BlockOutlines, ObjectWork
from orthoscribe.engine.polygons.object_regions import RegionCollector
from orthoscribe.engine.polygons.outline_files import load_outlines, save_outlines
from orthoscribe.engine.polygons.pixels import PixelReader
from orthoscribe.engine.polygons.tracer import Tracer
from orthoscribe.engine.protocol import ISPRS, VectorizeJob

GSD_M = 0.2
CODES = GroundCodes.of_legend(ISPRS)


def regions_of(polygons, codes):
    collector = RegionCollector()
    collector.feed(polygons, codes)
    return collector.finish()


def traced(codes):
    tracer = Tracer(codes.shape[1], np.zeros(256))
    found = [tracer.feed(codes), tracer.finish()]
    return (
        np.concatenate([getattr(each, name) for each in found]) for name in ("polygons", "codes")
    )


def town():
    """Return objects and ground: rotated houses, one with an annex in its court, and cars."""
    ground = np.full((260, 300), 3, np.uint8)
    rows, columns = np.mgrid[: ground.shape[0], : ground.shape[1]]
    for top, left in ((30, 30), (30, 150), (150, 90), (160, 220)):
        across = (rows - top) - 0.3 * (columns - left)
        along = (columns - left) + 0.3 * (rows - top)
        ground[(across > 0) & (across < 45) & (along > 0) & (along < 60)] = CODES.building
    ground[50:60, 50:60] = 3
    ground[100:110, 20:45] = ground[100:110, 250:270] = CODES.car
    objects = np.where(np.isin(ground, (CODES.building, CODES.car)), ground, 0).astype(np.uint8)
    # A court that the clean-up absorbed, with a pixel of the building class in it.
    objects[175:185, 95:105] = 0
    objects[180, 100] = CODES.building
    return objects, ground


def work_of(objects, ground):
    polygons, codes = traced(objects)
    reader = PixelReader(objects, ground, lambda w: ground[w.slices], None)
    job = VectorizeJob(classes="classes.tif", output="out")
    return ObjectWork(regions_of(polygons, codes), reader, CODES, job, GSD_M)


def all_of(work, blocks):
    found = [work.outline(block) for block in blocks]
    buildings = all_buildings([each.buildings for each in found if each.buildings])
    return buildings, all_cars([each.cars for each in found if each.cars])


def test_blocks_in_any_order_give_the_same_objects(monkeypatch):
    whole = all_of(work_of(*town()), [0])
    monkeypatch.setattr(object_regions, "BLOCK_PX", 70)
    work = work_of(*town())
    assert work.regions.blocks >= 5
    parts = all_of(work, reversed(range(work.regions.blocks)))
    assert len(whole[0].outlines) >= 5
    assert len(whole[1].rectangles) >= 2
    for one, other in zip(whole, parts, strict=True):
        shapes = (each[0] if len(each) == 2 else each.rectangles for each in (one, other))
        assert np.array_equal(*map(shapely.to_wkb, shapes))
        for name, values in one.values.items():
            np.testing.assert_array_equal(values, other.values[name], err_msg=name)


def test_region_in_a_hole_is_in_the_block_of_the_outermost_one(monkeypatch):
    codes = np.zeros((300, 300), np.uint8)
    codes[10:290, 10:290] = 2
    codes[30:270, 30:270] = 0
    codes[100:250, 100:250] = 2
    codes[120:230, 120:230] = 0
    codes[200:210, 200:210] = 2
    monkeypatch.setattr(object_regions, "BLOCK_PX", 50)
    regions = regions_of(*traced(codes))
    assert len(regions.rows) == 3
    assert regions.blocks == 1


@pytest.mark.parametrize("rows", [1, 7, 40])
def test_strips_do_not_change_regions(monkeypatch, rows):
    """Rings around rings, in whose innermost hole a region waits for the outermost one."""
    monkeypatch.setattr(object_regions, "BLOCK_PX", 10)
    codes = np.zeros((60, 70), np.uint8)
    for depth in range(0, 26, 4):
        codes[2 + depth : 56 - depth, 3 + depth : 60 - depth] = 2
        codes[4 + depth : 54 - depth, 5 + depth : 58 - depth] = 0
    codes[(codes == 0) & (np.random.default_rng(2).random(codes.shape) < 0.06)] = 5
    whole = regions_of(*traced(codes))
    tracer, collector = Tracer(codes.shape[1], np.zeros(256)), RegionCollector()
    for row in range(0, len(codes), rows):
        found = tracer.feed(codes[row : row + rows])
        collector.feed(found.polygons, found.codes)
    found = tracer.finish()
    collector.feed(found.polygons, found.codes)
    strips = collector.finish()
    assert strips.blocks > 5

    names = ["window", "first_column", "block", "code"]  # numbers are in the order of completion
    one, other = (
        sorted((*row["window"].tolist(), *row[names[1:]].item()) for row in each.rows)
        for each in (strips, whole)
    )
    assert one == other
    inner = regions_within(strips, (2, 3, 54, 57))
    assert len(inner) > 20
    assert len(set(strips.rows["block"][inner].tolist())) == 1


def regions_within(regions, around):
    """Return the places of the regions whose windows lie in another one, without that."""
    top, left, height, width = regions.rows["window"].T
    inside = (top > around[0]) & (left > around[1])
    inside &= (top + height < around[0] + around[2]) & (left + width < around[1] + around[3])
    return np.flatnonzero(inside)


def test_row_has_the_first_pixel_of_a_region():
    codes = np.zeros((9, 12), np.uint8)
    codes[2, 6:9] = codes[3:6, 3:9] = 5
    (row,) = regions_of(*traced(codes)).rows
    assert row["window"].tolist() == [2, 3, 4, 6]
    assert row["first_column"] == 6
    assert row["code"] == 5


def test_no_regions_have_no_blocks():
    regions = regions_of(np.empty(0, object), np.empty(0, np.uint8))
    assert regions.blocks == 0


def test_file_has_every_bit(tmp_path):
    outlines = work_of(*town()).outline(0)
    save_outlines(tmp_path / "block.npz", outlines)
    found = load_outlines(tmp_path / "block.npz")
    for one, other in zip(outlines, found, strict=True):
        for name, given in one._asdict().items():
            if name == "values":
                for field, values in given.items():
                    assert values.dtype == other.values[field].dtype
                    np.testing.assert_array_equal(values, other.values[field])
            elif isinstance(given, np.ndarray) and given.dtype == object:
                assert np.array_equal(*map(shapely.to_wkb, (given, getattr(other, name))))
            else:
                np.testing.assert_array_equal(given, getattr(other, name))


@pytest.mark.parametrize("outlines", [BlockOutlines(None, None)])
def test_file_of_an_empty_block_is_read(tmp_path, outlines):
    save_outlines(tmp_path / "block.npz", outlines)
    assert load_outlines(tmp_path / "block.npz") == outlines
