import hashlib
import json
from dataclasses import replace

import numpy as np
import pyogrio
import pytest
import rasterio
import shapely
from affine import Affine
from orthoscribe.engine.commands.vectorize import run
from orthoscribe.engine.polygons import source
from orthoscribe.engine.polygons.layers import ALWAYS, FIELDS
from orthoscribe.engine.process.cancellation import Cancellation
from orthoscribe.engine.process.reporter import Reporter
from orthoscribe.engine.protocol import (
    AREA_LAYERS,
    ISPRS,
    InputError,
    JobCanceled,
    LabelJob,
    LandClass,
    Legend,
    OutputError,
    VectorizeJob,
    job_from_json,
    job_to_json,
)

NORTH_UP = Affine(0.5, 0, 500000, 0, -0.5, 5400000)
ROTATED = NORTH_UP * Affine.rotation(27)
SOUTH_UP = Affine(0.5, 0, 500000, 0, 0.5, 5400000)
UTM = "EPSG:25832"
US_FEET = "EPSG:2263"


class Hearing(Reporter):
    """Remembers every event; asks to stop once `stop_at` of the work is done."""

    def __init__(self, stop_at=2.0):
        super().__init__(Cancellation())
        self.events, self._stop_at = [], stop_at

    def emit(self, event):
        self.events.append(event)
        if event.kind == "progress" and event.fraction >= self._stop_at:
            self.cancellation.request()

    def heard(self, kind):
        return [event for event in self.events if event.kind == kind]


def write_raster(path, values, transform=NORTH_UP, crs=UTM, nodata=None):
    bands = values if values.ndim == 3 else values[np.newaxis]
    with rasterio.open(
        path,
        "w",
        driver="GTiff",
        width=bands.shape[2],
        height=bands.shape[1],
        count=len(bands),
        dtype=bands.dtype,
        crs=crs,
        transform=transform,
        nodata=nodata,
    ) as dataset:
        dataset.write(bands)
    return str(path)


def town():
    """Two buildings on a street that surrounds a car, on a lawn; some nodata."""
    codes = np.full((40, 50), 3, np.uint8)
    codes[10:20, :] = 1
    codes[12:16, 20:24] = 5
    codes[2:8, 4:12] = 2
    codes[24:36, 30:44] = 2
    codes[26:28, 32:34] = 3
    codes[38:, :] = 0
    return codes


def layer(path, name):
    meta, _, wkb, columns = pyogrio.raw.read(path, layer=name)
    fields = dict(zip(meta["fields"], columns, strict=True))
    return meta, shapely.from_wkb(wkb), fields


@pytest.fixture
def job(tmp_path):
    classes = write_raster(tmp_path / "classes.tif", town(), nodata=0)
    return VectorizeJob(classes=classes, output=str(tmp_path / "out"), outlines="pixels")


def everything(job):
    """Return the job without minimum areas, with all pixels in some polygon."""
    least = dict.fromkeys((each.minimum for each in AREA_LAYERS), 0.0)
    return replace(job, outlines="pixels", **least)


def sealed(path):
    """Return the polygons and areas of roads and other sealed ground."""
    layers = [layer(path, name) for name in ("roads", "paved")]
    return (
        np.concatenate([polygons for _, polygons, _ in layers]),
        {name: np.concatenate([fields[name] for *_, fields in layers]) for name in layers[0][2]},
    )


def vectorize(job, stop_at=2.0):
    reporter = Hearing(stop_at)
    run(job, reporter)
    return reporter, {event.role: event.path for event in reporter.heard("artifact")}


def test_run_leaves_polygons_job_and_report(job, tmp_path):
    _, artifacts = vectorize(job)
    names = ("job.json", "polygons.gpkg", "report.json")
    assert sorted(artifacts.values()) == [str(tmp_path / "out" / name) for name in names]
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == sorted(names)


def test_layers_have_the_right_features_and_measures(job):
    _, artifacts = vectorize(job)
    meta, polygons, fields = layer(artifacts["polygons"], "buildings")
    assert meta["crs"] == UTM
    assert meta["geometry_type"] == "Polygon"
    assert list(fields) == list(FIELDS["buildings"])
    assert fields["id"].tolist() == [1, 2]
    assert set(fields["class"]) == {"building"}
    assert fields["area_m2"].tolist() == [12.0, 41.0]
    assert fields["perimeter_m"].tolist() == [14.0, 26.0 + 4.0]
    assert polygons[0].equals(shapely.box(500002, 5399996, 500006, 5399999))
    assert len(polygons[1].interiors) == 1
    for name in ("confidence", "height_mean_m", "height_p95_m"):
        assert np.isnan(fields[name]).all()
    _, ground = sealed(artifacts["polygons"])
    assert ground["area_m2"].sum() == (10 * 50 - 16) / 4
    _, _, cars = layer(artifacts["polygons"], "cars")
    assert cars["area_m2"].tolist() == [4.0]


@pytest.mark.parametrize(
    ("transform", "crs", "square_metres"),
    [
        (ROTATED, UTM, 0.25),
        (SOUTH_UP, UTM, 0.25),
        (NORTH_UP * Affine.scale(1, 2), UTM, 0.5),
        (Affine(2, 0, 980000, 0, -2, 200000), US_FEET, 4 * (1200 / 3937) ** 2),
    ],
)
def test_polygons_lie_where_the_pixels_lie(tmp_path, transform, crs, square_metres):
    codes = town()
    classes = write_raster(tmp_path / "classes.tif", codes, transform, crs)
    job = VectorizeJob(classes=classes, output=str(tmp_path / "out"))
    _, artifacts = vectorize(everything(job))
    rows, cols = np.indices(codes.shape)
    centers = shapely.points(*(transform * (cols.ravel() + 0.5, rows.ravel() + 0.5)))
    for name, code in (("buildings", 2), ("sealed", 1), ("cars", 5)):
        if name == "sealed":
            polygons, fields = sealed(artifacts["polygons"])
        else:
            meta, polygons, fields = layer(artifacts["polygons"], name)
            assert meta["crs"] == crs
        assert shapely.is_ccw(shapely.get_exterior_ring(polygons)).all()
        covered = shapely.contains(shapely.union_all(polygons), centers).reshape(codes.shape)
        assert (covered == (codes == code)).all()
        assert np.isclose(fields["area_m2"].sum(), (codes == code).sum() * square_metres, rtol=1e-3)


def test_perimeter_is_in_metres_in_a_crs_of_feet(tmp_path):
    transform = Affine(2, 0, 980000, 0, -2, 200000)
    classes = write_raster(tmp_path / "classes.tif", town(), transform, US_FEET)
    job = VectorizeJob(classes=classes, output=str(tmp_path / "out"), outlines="pixels")
    _, artifacts = vectorize(job)
    _, _, fields = layer(artifacts["polygons"], "buildings")
    assert np.isclose(fields["perimeter_m"][0], 28 * 2 * 0.3048, rtol=1e-3)


def test_minimum_areas_drop_smaller_polygons_and_keep_equal_ones(job):
    _, artifacts = vectorize(replace(job, minimum_building_m2=12.0, minimum_car_m2=4.01))
    assert layer(artifacts["polygons"], "buildings")[2]["area_m2"].tolist() == [12.0, 41.0]
    assert len(layer(artifacts["polygons"], "cars")[1]) == 0


def test_confidence_and_heights_become_means(job, tmp_path):
    codes = town()
    confidence = np.where(codes == 2, 80, 0).astype(np.uint8)
    heights = np.where(codes == 2, 6, 0).astype(np.float32)
    heights[24:36, 30:37] = 9
    heights[10:20] = -9999
    full = replace(
        job,
        confidence=write_raster(tmp_path / "confidence.tif", confidence),
        dsm=write_raster(tmp_path / "ndsm.tif", heights, nodata=-9999),
        heights="ndsm",
    )
    _, artifacts = vectorize(full)
    _, _, buildings = layer(artifacts["polygons"], "buildings")
    assert buildings["confidence"].tolist() == [80.0, 80.0]
    assert buildings["height_mean_m"][0] == 6.0
    assert abs(buildings["height_p95_m"][1] - 9.0) <= 0.051
    _, ground = sealed(artifacts["polygons"])
    assert np.isnan(
        [ground[name][0] for name in ("confidence", "height_mean_m", "height_p95_m")]
    ).all()


def test_files_are_identical_when_a_job_is_repeated(job, tmp_path):
    def digest(path):
        return hashlib.sha256(path.read_bytes()).hexdigest()

    random = np.random.default_rng(3).integers(0, 7, (300, 200)).astype(np.uint8)
    classes = write_raster(tmp_path / "noise.tif", random)
    digests = set()
    for number in range(2):
        output = tmp_path / f"run{number}"
        vectorize(everything(VectorizeJob(classes=classes, output=str(output))))
        digests.add(digest(output / "polygons.gpkg"))
    repeated = job_from_json((tmp_path / "run0" / "job.json").read_text())
    run(repeated, Hearing())
    digests.add(digest(tmp_path / "run0" / "polygons.gpkg"))
    assert len(digests) == 1


def test_polygons_do_not_depend_on_strips_and_batches(tmp_path, monkeypatch):
    random = np.random.default_rng(4).integers(0, 3, (120, 80)).astype(np.uint8)
    classes = write_raster(tmp_path / "noise.tif", random)
    whole = everything(VectorizeJob(classes=classes, output=str(tmp_path / "whole")))
    vectorize(whole)
    monkeypatch.setattr(source, "STRIP_PX", 7 * 80)
    monkeypatch.setattr("orthoscribe.engine.polygons.geopackage.BATCH_CORNERS", 100)
    vectorize(replace(whole, output=str(tmp_path / "parts")))
    for each in ALWAYS:
        _, left, left_fields = layer(tmp_path / "whole" / "polygons.gpkg", each.name)
        _, right, right_fields = layer(tmp_path / "parts" / "polygons.gpkg", each.name)
        assert shapely.to_wkb(left).tolist() == shapely.to_wkb(right).tolist()
        for name in FIELDS[each.name]:
            np.testing.assert_array_equal(left_fields[name], right_fields[name])


def test_layers_exist_even_when_the_legend_lacks_their_class(job):
    legend = Legend((LandClass(2, "building", "Building", (0, 0, 255)),))
    codes = np.where(town() == 2, 2, 0).astype(np.uint8)
    write_raster(job.classes, codes)
    reporter, artifacts = vectorize(replace(job, legend=legend))
    warnings = [event.message for event in reporter.heard("log")]
    assert len(warnings) == 2
    assert "no class 'impervious_surface'" in warnings[0]
    assert "'road_centerlines' stay empty" in warnings[0]
    assert "'cars' stays empty" in warnings[1]
    assert len(layer(artifacts["polygons"], "buildings")[1]) == 2
    for name in ("roads", "cars"):
        meta, polygons, fields = layer(artifacts["polygons"], name)
        assert (len(polygons), list(fields), meta["crs"]) == (0, list(FIELDS[name]), UTM)


def test_all_nodata_gives_empty_layers(job):
    write_raster(job.classes, np.zeros((20, 20), np.uint8))
    _, artifacts = vectorize(job)
    assert all(len(layer(artifacts["polygons"], each.name)[1]) == 0 for each in ALWAYS)


def test_declared_nodata_is_no_unknown_code(job):
    codes = town()
    codes[codes == 0] = 255
    write_raster(job.classes, codes, nodata=255)
    _, artifacts = vectorize(job)
    assert len(layer(artifacts["polygons"], "buildings")[1]) == 2


def test_saved_job_has_absolute_paths_and_report_says_what_was_read(job, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    _, artifacts = vectorize(replace(job, classes="classes.tif", output="out"))
    saved = job_from_json((tmp_path / "out" / "job.json").read_text())
    assert saved == replace(
        job, classes=str(tmp_path / "classes.tif"), output=str(tmp_path / "out")
    )
    report = json.loads((tmp_path / "out" / "report.json").read_text())
    assert report["polygons"]["buildings"] == {"features": 2, "area_m2": 53.0}
    assert list(report["seconds"])[-1] == "total"
    digest = hashlib.sha256((tmp_path / "classes.tif").read_bytes()).hexdigest()
    assert report["inputs"]["classes"]["sha256"] == digest
    assert {"engine", "torch", "rasterio", "gdal"} <= set(report["versions"])
    assert artifacts["report"] == str(tmp_path / "out" / "report.json")


@pytest.mark.parametrize("stop_at", [0.0, 1.0])
def test_canceled_run_leaves_nothing(job, tmp_path, monkeypatch, stop_at):
    monkeypatch.setattr(source, "STRIP_PX", 50)
    with pytest.raises(JobCanceled):
        vectorize(job, stop_at)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("text", [job_to_json(LabelJob(image="i.tif", output="o")), "mine", "[]"])
def test_records_of_another_kind_of_job_are_kept(job, tmp_path, text):
    output = tmp_path / "out"
    output.mkdir()
    for name in ("job.json", "report.json"):
        (output / name).write_text(text)
    for _ in range(2):
        _, artifacts = vectorize(job)
        assert (output / "job.json").read_text() == (output / "report.json").read_text() == text
        assert artifacts["job"] == str(output / "vectorize_job.json")
        assert artifacts["report"] == str(output / "vectorize_report.json")
    assert job_from_json((output / "vectorize_job.json").read_text()) == job


def test_records_of_the_same_kind_of_job_are_replaced(job):
    for _ in range(2):
        _, artifacts = vectorize(job)
    assert artifacts["job"].endswith("/out/job.json")


def test_estimating_the_ground_is_told_and_can_be_stopped(job, tmp_path):
    dsm = write_raster(tmp_path / "dsm.tif", town().astype(np.float32))
    reporter = Hearing()
    run(replace(job, dsm=dsm), reporter)
    assert "Estimating the ground" in {event.stage for event in reporter.heard("progress")}
    with pytest.raises(JobCanceled):
        vectorize(replace(job, dsm=dsm, output=str(tmp_path / "new")), stop_at=0.1)
    assert not (tmp_path / "new").exists()


def test_metrics_count_what_the_layers_hold(job):
    reporter, _ = vectorize(job)
    metrics = {event.name: event.value for event in reporter.heard("metric")}
    assert metrics["buildings_count"] == 2
    assert metrics["buildings_area_m2"] == 53.0
    assert metrics["road_centerlines_length_m"] == 0.0
    assert "road_centerlines_area_m2" not in metrics
    assert reporter.heard("progress")[-1].fraction == 1.0


def refused(job):
    with pytest.raises(InputError) as caught:
        run(job, Hearing())
    return str(caught.value)


def test_polygons_never_replace_the_class_raster(job):
    with pytest.raises(OutputError, match="is also an input"):
        run(replace(job, polygons=job.classes), Hearing())


def test_missing_file_is_refused(job):
    assert "does not exist" in refused(replace(job, classes=job.classes + "x"))


@pytest.mark.parametrize(
    ("values", "said"),
    [
        (np.zeros((3, 9, 9), np.uint8), "has 3 bands of uint8"),
        (np.zeros((9, 9), np.uint16), "has one band of uint16"),
        (np.zeros((9, 9), np.float32), "has one band of float32"),
    ],
)
def test_raster_of_other_pixels_is_refused(job, values, said):
    write_raster(job.classes, values)
    assert said in refused(job)


def test_unknown_codes_are_listed_from_the_whole_raster(job, monkeypatch):
    monkeypatch.setattr(source, "STRIP_PX", 50)
    codes = town()
    codes[3, 3], codes[20, 5], codes[37, 9] = 9, 12, 200
    write_raster(job.classes, codes)
    assert "the codes 9, 12 and 200 that the legend does not have" in refused(job)


def test_raster_without_georeference_is_refused(job):
    write_raster(job.classes, town(), Affine.identity(), None)
    assert "not georeferenced" in refused(job)


def test_raster_without_crs_is_refused(job):
    write_raster(job.classes, town(), crs=None)
    assert "no coordinate reference system" in refused(job)


def test_raster_in_degrees_is_refused(job):
    write_raster(job.classes, town(), Affine(1e-5, 0, 8, 0, -1e-5, 48), "EPSG:4326")
    assert "in degrees" in refused(job)


def test_confidence_on_another_grid_is_refused(job, tmp_path):
    other = np.zeros((40, 50), np.uint8)
    moved = write_raster(tmp_path / "moved.tif", other, NORTH_UP * Affine.translation(0.5, 0))
    smaller = write_raster(tmp_path / "smaller.tif", other[:20])
    for path in (moved, smaller):
        assert "is on another grid" in refused(replace(job, confidence=path))


def test_legend_of_the_default_job_draws_every_layer():
    assert all(ISPRS.has(each.class_name) for each in ALWAYS)


def test_masked_pixels_of_the_class_raster_are_unlabeled(job):
    with rasterio.open(job.classes, "r+") as dataset:
        mask = np.full(dataset.shape, 255, np.uint8)
        mask[:, :25] = 0
        dataset.write_mask(mask)
    _, artifacts = vectorize(everything(job))
    _, buildings, _ = layer(artifacts["polygons"], "buildings")
    _, cars, _ = layer(artifacts["polygons"], "cars")
    assert len(buildings) == 1
    assert len(cars) == 0


def test_class_declared_as_nodata_is_warned_of(job):
    job = replace(everything(job), classes=f"{job.classes}|nodata=2")
    reporter, artifacts = vectorize(job)
    (warning,) = [each.message for each in reporter.heard("log") if each.level == "warning"]
    assert "declares the code 2 as nodata, so Building gets no polygons" in warning
    assert len(layer(artifacts["polygons"], "buildings")[1]) == 0


def test_an_extent_gives_the_polygons_of_this_part_in_their_place(job, tmp_path):
    part = (500014.0, 5399981.0, 500023.0, 5399989.0)  # around the second building
    _, artifacts = vectorize(replace(job, extent=part))
    _, polygons, fields = layer(artifacts["polygons"], "buildings")
    assert fields["area_m2"].tolist() == [41.0]
    assert shapely.total_bounds(polygons).tolist() == [500015.0, 5399982.0, 500022.0, 5399988.0]
    assert not fields["touches_edge"].any()
    assert len(layer(artifacts["polygons"], "roads")[1]) == 0
    assert len(layer(artifacts["polygons"], "paved")[1]) == 0


def test_polygons_end_at_the_extent(job):
    part = (500014.0, 5399981.0, 500018.5, 5399990.0)
    _, artifacts = vectorize(replace(everything(job), extent=part))
    _, polygons, fields = layer(artifacts["polygons"], "buildings")
    assert shapely.area(polygons).sum() == 3.5 * 6 - 1 * 1  # without the courtyard
    assert shapely.total_bounds(polygons)[2] == 500018.5
    assert fields["touches_edge"].all()


def test_confidence_and_heights_are_those_of_the_extent(job, tmp_path):
    percents = np.tile(np.arange(40, dtype=np.uint8)[:, np.newaxis] + 50, (1, 50))
    confidence = write_raster(tmp_path / "confidence.tif", percents)
    heights = np.where(town() == 2, np.arange(50), 0).astype(np.float32)
    dsm = write_raster(tmp_path / "ndsm.tif", heights)
    given = replace(job, confidence=confidence, dsm=dsm, heights="ndsm")
    _, artifacts = vectorize(given)
    whole = layer(artifacts["polygons"], "buildings")[2]
    part = (500014.0, 5399981.0, 500023.0, 5399989.0)
    _, artifacts = vectorize(replace(given, output=str(tmp_path / "part"), extent=part))
    found = layer(artifacts["polygons"], "buildings")[2]
    for name in ("confidence", "height_mean_m", "height_p95_m"):
        assert found[name].tolist() == whole[name][1:].tolist()


def test_borders_are_simplified_on_the_lattice_of_the_whole_raster(tmp_path):
    rng = np.random.default_rng(3)
    coarse = rng.integers(2, 5, (40, 40)).astype(np.uint8)
    classes = write_raster(tmp_path / "classes.tif", np.kron(coarse, np.ones((16, 16), np.uint8)))
    job = VectorizeJob(
        classes=classes, output=str(tmp_path / "whole"), outlines="simplified", tolerance_m=4.0
    )
    _, artifacts = vectorize(replace(job, draw_land_cover=True))
    whole = layer(artifacts["polygons"], "land_cover")[1]
    # The part begins between two lines of the lattice, at odd pixels.
    box = shapely.box(500000 + 50.5, 5400000 - 300.5, 500000 + 290.5, 5400000 - 70.5)
    part = replace(job, draw_land_cover=True, output=str(tmp_path / "part"), extent=box.bounds)
    _, artifacts = vectorize(part)
    found = layer(artifacts["polygons"], "land_cover")
    inner = found[1][~found[2]["touches_edge"]]
    known = {shapely.normalize(each).wkb for each in whole}
    assert len(inner) > 20
    same = [shapely.normalize(each).wkb in known for each in inner]
    assert np.mean(same) > 0.9


def test_extents_without_pixels_are_refused(job):
    assert replace(job, extent=(2.0, 1.0, 1.0, 2.0)).problems()
    with pytest.raises(InputError, match="extent lies outside the class raster"):
        vectorize(replace(job, extent=(0.0, 0.0, 1.0, 1.0)))
