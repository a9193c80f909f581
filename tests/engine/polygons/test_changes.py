"""Changes between two class rasters, as polygons and as areas."""

import json

import numpy as np
import pyogrio
import pytest
import rasterio
import shapely
from affine import Affine
from orthoscribe.engine.commands.changes import run
from orthoscribe.engine.polygons import source
from orthoscribe.engine.polygons.changes import ChangeTracer
from orthoscribe.engine.process.cancellation import Cancellation
from orthoscribe.engine.process.reporter import Reporter
from orthoscribe.engine.protocol import ISPRS, ChangesJob, InputError, LandClass, Legend

GRID = Affine(0.5, 0, 500000, 0, -0.5, 5400000)


class Listening(Reporter):
    def __init__(self):
        super().__init__(Cancellation())
        self.metrics = {}

    def emit(self, event):
        if event.kind == "metric":
            self.metrics[event.name] = event.value


def write(path, codes, transform=GRID, crs="EPSG:25832"):
    height, width = codes.shape
    shape = {"width": width, "height": height, "count": 1, "dtype": "uint8"}
    with rasterio.open(path, "w", driver="GTiff", crs=crs, transform=transform, **shape) as file:
        file.write(codes, 1)
    return str(path)


def lawn():
    return np.full((40, 60), 3, np.uint8)


@pytest.fixture
def compared(tmp_path):
    """Return a function that compares two arrays and returns polygons, rows and metrics."""

    def compare(before, after, **given):
        paths = {
            "before": write(tmp_path / "before.tif", before),
            "after": write(tmp_path / "after.tif", after, given.pop("transform", GRID)),
        }
        reporter = Listening()
        run(ChangesJob(**paths, output=str(tmp_path / "out"), **given), reporter)
        file = tmp_path / "out/changes.gpkg"
        about, _, shapes, columns = pyogrio.raw.read(file, layer="changed")
        rows = list(zip(*columns, strict=True))
        assert list(about["fields"]) == ["before", "after", "area_m2"]
        return shapely.from_wkb(shapes), rows, reporter.metrics

    return compare


def test_each_region_has_its_classes_and_area(compared):
    before, after = lawn(), lawn()
    after[5:15, 10:20] = 4
    before[20:30, 5:9], after[20:30, 5:9] = 2, 1
    shapes, rows, metrics = compared(before, after)
    assert sorted(rows) == [
        ("building", "impervious_surface", 10.0),
        ("low_vegetation", "tree", 25.0),
    ]
    assert shapely.area(shapes).tolist() == [row[2] for row in rows]
    assert metrics["tree_gained_m2"] == 25.0
    assert metrics["low_vegetation_lost_m2"] == 25.0
    assert metrics["building_lost_m2"] == 10.0
    assert metrics["car_gained_m2"] == 0.0


def test_neighboring_changes_of_two_kinds_stay_apart(compared):
    before, after = lawn(), lawn()
    after[5:15, 10:20], after[5:15, 20:30] = 4, 2
    _, rows, _ = compared(before, after)
    assert sorted(row[1] for row in rows) == ["building", "tree"]


def test_strips_leave_no_seams(compared, monkeypatch):
    monkeypatch.setattr(source, "STRIP_PX", 180)
    before, after = lawn(), lawn()
    after[1:39, 10:20] = 4
    shapes, rows, _ = compared(before, after)
    assert len(rows) == 1
    assert shapes[0].equals(shapely.box(500005, 5400000 - 19.5, 500010, 5400000 - 0.5))


def test_unlabeled_pixels_are_no_change(compared):
    before, after = lawn(), lawn()
    before[:10], after[20:] = 0, 0
    assert compared(before, after)[1] == []


def test_small_changes_count_in_areas_only(compared):
    before, after = lawn(), lawn()
    after[3, 3] = 4
    _, rows, metrics = compared(before, after, minimum_m2=1.0)
    assert rows == []
    assert metrics["tree_gained_m2"] == 0.25
    assert metrics["changes_count"] == 0


def test_part_of_an_image_is_compared_where_both_are(compared):
    before, after = lawn(), lawn()[:20, :30]
    after[5:10, 5:10] = 4
    moved = GRID @ Affine.translation(30, 10)
    shapes, rows, metrics = compared(before, after, transform=moved)
    assert [row[:2] for row in rows] == [("low_vegetation", "tree")]
    assert shapes[0].bounds == (500017.5, 5399990.0, 500020.0, 5399992.5)
    assert metrics["low_vegetation_before_m2"] == 20 * 30 * 0.25


def test_shifted_pixels_are_refused(compared):
    with pytest.raises(InputError, match="not on the same pixels"):
        compared(lawn(), lawn(), transform=GRID @ Affine.translation(0.4, 0))


def test_areas_apart_are_refused(compared):
    with pytest.raises(InputError, match="do not overlap"):
        compared(lawn(), lawn(), transform=GRID @ Affine.translation(100, 0))


def test_unknown_code_after_is_refused(compared):
    after = lawn()
    after[0, 0] = 9
    with pytest.raises(InputError, match="code 9"):
        compared(lawn(), after)


def test_kinds_of_change_of_a_long_legend_do_not_mix():
    legend = Legend(tuple(LandClass(n, f"c{n}", f"C{n}", (n, n, n)) for n in range(1, 21)))
    before = np.repeat(np.arange(1, 21, dtype=np.uint8), 4).reshape(20, 4)
    after = np.roll(before, 1, axis=0)
    tracer = ChangeTracer(4, legend, 1)
    found = [*tracer.feed(before, after), *tracer.finish()]
    kinds = {tuple(kind) for kind, polygons in found if len(polygons)}
    assert kinds == {(n, (n - 1) % 20) for n in range(20)}
    assert tracer.pixels.sum() == 80


def test_report_lists_the_classes(compared, tmp_path):
    compared(lawn(), lawn())
    report = json.loads((tmp_path / "out/report.json").read_text())
    assert set(report["changes"]["classes"]) == {each.name for each in ISPRS.classes}
    assert report["changes"]["polygons"] == 0
