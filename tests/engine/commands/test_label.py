"""The label command on a generated scene: files, reruns, warnings, errors, nothing half done."""

import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyogrio
import pytest
import rasterio
import shapely

pytest.importorskip("torch")

from orthoscribe.engine.commands import run_job
from orthoscribe.engine.process.cancellation import Cancellation
from orthoscribe.engine.process.reporter import Reporter
from orthoscribe.engine.protocol import (
    ISPRS,
    Artifact,
    InputError,
    JobCanceled,
    LabelJob,
    Log,
    Metric,
    ModelError,
    OutputError,
    SceneJob,
    job_from_json,
)
from orthoscribe.tests.random_models import save_random_model
from orthoscribe.tests.scenes import NORTH_UP, speckle, write_raster

ROLES = ("nir", "red", "green", "height")


class Recorder(Reporter):
    """Keeps events; asks to stop once `stop_at` of the work is done."""

    def __init__(self, stop_at=2.0):
        super().__init__(Cancellation())
        self.events, self.stop_at = [], stop_at

    def emit(self, event):
        self.events.append(event)
        if getattr(event, "fraction", 0) >= self.stop_at:
            self.cancellation.request()

    def of(self, kind):
        return [event for event in self.events if isinstance(event, kind)]


@pytest.fixture(scope="module")
def scene(tmp_path_factory):
    folder = tmp_path_factory.mktemp("scene")
    run_job(SceneJob(output=str(folder), seed=3, size_px=200, gsd_m=0.15), Recorder())
    return folder


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    folder = tmp_path_factory.mktemp("models") / "random"
    return save_random_model(folder, "maggiori_skip", ROLES, (0.1, 0.2))


@pytest.fixture
def job(scene, model, tmp_path):
    return LabelJob(
        image=str(scene / "image.tif"),
        dsm=str(scene / "dsm.tif"),
        model=model,
        output=str(tmp_path / "out"),
        minimum_building_m2=0.0,
        minimum_road_m2=0.0,
        minimum_car_m2=0.0,
    )


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_label_leaves_exactly_the_promised_files(job, tmp_path):
    recorder = Recorder()
    run_job(job, recorder)
    assert names(tmp_path / "out") == [
        "classes.qml", "classes.tif", "classes.tif.aux.xml", "job.json", "polygons.gpkg",
        "report.json",
    ]  # fmt: skip
    artifacts = {event.role: event.path for event in recorder.of(Artifact)}
    assert set(artifacts) == {"classes", "polygons", "job", "report"}
    assert artifacts["classes"] == str(tmp_path / "out" / "classes.tif")


def test_records_of_a_generated_scene_are_kept(job, tmp_path):
    folder = tmp_path / "out"
    run_job(SceneJob(str(folder), seed=1, size_px=64, gsd_m=0.2), Recorder())
    kept = (folder / "report.json").read_bytes()
    for _ in range(2):
        run_job(replace(job, draw_polygons=False), Recorder())
        assert (folder / "report.json").read_bytes() == kept
        assert json.loads((folder / "label_report.json").read_text())["kind"] == "label"
    assert not (folder / "classes_2.tif").exists()


def test_class_raster_lies_on_the_grid_of_the_image(job, scene, tmp_path):
    run_job(job, Recorder())
    with (
        rasterio.open(scene / "image.tif") as image,
        rasterio.open(tmp_path / "out" / "classes.tif") as classes,
    ):
        assert classes.transform == image.transform
        assert classes.crs == image.crs
        assert classes.shape == image.shape
        assert classes.nodata == 0
        assert classes.dtypes == ("uint8",)
        assert classes.colormap(1)[2] == (0, 0, 255, 255)
        codes = classes.read(1)
    assert set(np.unique(codes)) <= set(ISPRS.codes)  # the scene is valid everywhere


def test_areas_of_report_and_metrics_sum_to_the_scene(job, tmp_path):
    recorder = Recorder()
    run_job(job, recorder)
    metrics = {event.name: event.value for event in recorder.of(Metric)}
    areas = sum(metrics[f"{land_class.name}_area_m2"] for land_class in ISPRS.classes)
    assert areas == pytest.approx((200 * 0.15) ** 2, rel=1e-6)
    report = json.loads((tmp_path / "out" / "report.json").read_text())
    assert sum(row["pixels"] for row in report["classes"]) == 200 * 200
    assert report["inputs"]["weights"]["sha256"]


@pytest.mark.parametrize("draws", [True, False])
def test_confidence_is_written_only_where_polygons_or_the_user_need_it(job, tmp_path, draws):
    seen = set()

    class Looking(Recorder):
        def emit(self, event):
            super().emit(event)
            seen.update(path.name for path in (tmp_path / "out").glob(".orthoscribe*/scratch/*"))

    run_job(replace(job, draw_polygons=draws), Looking())
    assert ("confidence.tif" in seen) == draws


def test_hand_edited_polygons_survive_a_second_run(job, tmp_path):
    run_job(job, Recorder())
    polygons = tmp_path / "out" / "polygons.gpkg"
    with closing(sqlite3.connect(polygons)) as database:
        database.execute("UPDATE layer_styles SET styleQML = 'mine'")
        database.commit()
    mine = polygons.read_bytes()
    for _ in range(2):
        recorder = Recorder()
        run_job(job, recorder)
        artifacts = {event.role: event.path for event in recorder.of(Artifact)}
        assert artifacts["polygons"] == str(tmp_path / "out" / "polygons_2.gpkg")
        assert artifacts["classes"] == str(tmp_path / "out" / "classes.tif")
        said = [event.message for event in recorder.of(Log) if event.level == "warning"]
        assert said == [
            "polygons.gpkg was changed after it was written, so the new result is polygons_2.gpkg."
        ]
        assert polygons.read_bytes() == mine
    assert "polygons_3.gpkg" not in names(tmp_path / "out")


def test_rerun_of_the_saved_job_is_identical(job, tmp_path):
    run_job(job, Recorder())
    out = tmp_path / "out"
    kept = ("classes.tif", "polygons.gpkg", "job.json", "classes.qml")
    first = {name: (out / name).read_bytes() for name in kept}
    saved = job_from_json((out / "job.json").read_text())
    assert len(saved.band_ranges) == 3
    run_job(saved, Recorder())
    assert {name: (out / name).read_bytes() for name in kept} == first


def test_tile_size_changes_no_label(job, tmp_path):
    run_job(replace(job, tile_size_px=64), Recorder())
    run_job(replace(job, tile_size_px=208, output=str(tmp_path / "whole")), Recorder())
    with (
        rasterio.open(tmp_path / "out" / "classes.tif") as tiled,
        rasterio.open(tmp_path / "whole" / "classes.tif") as whole,
    ):
        assert np.array_equal(tiled.read(1), whole.read(1))


def test_canceled_job_leaves_nothing(job, tmp_path):
    with pytest.raises(JobCanceled):
        run_job(replace(job, tile_size_px=32), Recorder(stop_at=0.5))
    assert not (tmp_path / "out").exists()


def test_failed_job_keeps_the_former_result(job, tmp_path):
    run_job(job, Recorder())
    before = (tmp_path / "out" / "classes.tif").read_bytes()
    with pytest.raises(InputError):
        run_job(replace(job, dsm=str(tmp_path / "missing.tif")), Recorder())
    assert (tmp_path / "out" / "classes.tif").read_bytes() == before
    assert not [name for name in names(tmp_path / "out") if name.startswith(".")]


@pytest.mark.parametrize("role", ["classes", "confidence"])
@pytest.mark.parametrize("source", ["image", "dsm"])
def test_result_never_replaces_an_input(job, role, source, tmp_path):
    mine = tmp_path / "mine.tif"
    mine.write_bytes(Path(getattr(job, source)).read_bytes())
    before = mine.read_bytes()
    with pytest.raises(OutputError, match="is also an input"):
        run_job(replace(job, **{source: str(mine), role: str(mine)}), Recorder())
    assert mine.read_bytes() == before


def test_image_that_is_changed_while_it_is_labeled_is_told(job, tmp_path):
    image = tmp_path / "image.tif"
    image.write_bytes(Path(job.image).read_bytes())

    class Changing(Recorder):
        def emit(self, event):
            super().emit(event)
            if getattr(event, "stage", "") == "Labeling" and image.stat().st_size == size:
                with image.open("ab") as file:
                    file.write(b"more")

    size, recorder = image.stat().st_size, Changing()
    run_job(replace(job, image=str(image), draw_polygons=False), recorder)
    report = json.loads((tmp_path / "out" / "report.json").read_text())
    assert report["inputs"]["image"]["sha256"] is None
    assert report["inputs"]["dsm"]["sha256"]
    (warning,) = [each for each in report["warnings"] if "was changed" in each]
    assert warning in [event.message for event in recorder.of(Log)]


def test_model_with_heights_asks_for_a_dsm(job):
    with pytest.raises(InputError, match=r"add the DSM .* a sketch' \(image_only\)"):
        run_job(replace(job, dsm=""), Recorder())


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        (lambda scene: {"heights": "ndsm"}, "m above the ground"),
        (
            lambda scene: {"dsm": str(scene / "dtm.tif"), "dtm": str(scene / "raised.tif")},
            "m below the ground",
        ),
    ],
)
def test_implausible_heights_are_told(job, scene, changes, words):
    with rasterio.open(scene / "dsm.tif") as source:
        profile, heights = source.profile, source.read()
    with rasterio.open(scene / "raised.tif", "w", **profile) as target:
        target.write(heights + 5)
    recorder = Recorder()
    run_job(replace(job, **changes(scene)), recorder)
    warnings = [event.message for event in recorder.of(Log) if event.level == "warning"]
    assert sum(words in message for message in warnings) == 1
    assert any("the labels will be poor" in message for message in warnings)


def test_part_of_the_image_that_the_dsm_leaves_out_is_told(job, scene, tmp_path):
    half = tmp_path / "half.tif"
    with rasterio.open(scene / "dsm.tif") as source:
        profile = {**source.profile, "width": source.width // 2}
        with rasterio.open(half, "w", **profile) as target:
            target.write(source.read()[:, :, : source.width // 2])
    recorder = Recorder()
    run_job(replace(job, dsm=str(half), draw_polygons=False), recorder)
    (log,) = recorder.of(Log)
    assert log.level == "warning"
    assert "About 50 % of what is to be labeled has no height, so it gets no label" in log.message
    report = json.loads((tmp_path / "out" / "report.json").read_text())
    assert report["warnings"] == [log.message]
    assert sum(row["pixels"] for row in report["classes"]) == 200 * 100


def test_dsm_in_centimeters_is_told(job, scene, tmp_path):
    with rasterio.open(scene / "dsm.tif") as source:
        profile, heights = source.profile, source.read()
    with rasterio.open(tmp_path / "lowland.tif", "w", **profile) as target:
        target.write(100 * (heights - heights.min()))
    with rasterio.open(tmp_path / "upland.tif", "w", **profile) as target:
        target.write(100 * heights)
    recorder = Recorder()
    lowland = replace(job, dsm=str(tmp_path / "lowland.tif"), draw_polygons=False)
    run_job(lowland, recorder)
    assert "are the heights in centimeters or feet?" in recorder.of(Log)[0].message
    with pytest.raises(
        InputError, match=r"is in meters: heights below .* or above 9000 m are ignored"
    ):
        run_job(replace(lowland, dsm=str(tmp_path / "upland.tif")), Recorder())


def test_image_far_outside_the_trained_resolution_warns(job, scene, tmp_path):
    coarse = tmp_path / "coarse.tif"
    with rasterio.open(scene / "image.tif") as image:
        profile = {**image.profile, "transform": image.transform @ image.transform.scale(4)}
        with rasterio.open(coarse, "w", **profile) as copy:
            copy.write(image.read())
    recorder = Recorder()
    run_job(replace(job, image=str(coarse)), recorder)
    warnings = [event.message for event in recorder.of(Log) if event.level == "warning"]
    assert any("0.6 m per pixel" in message for message in warnings)
    assert json.loads((tmp_path / "out" / "report.json").read_text())["warnings"] == warnings


def test_image_far_coarser_than_the_model_knows_is_refused(job, tmp_path):
    pixels = {"transform": NORTH_UP @ NORTH_UP.scale(600)}
    coarse = write_raster(tmp_path / "coarse.tif", speckle(3, 20, 20), **pixels)
    with pytest.raises(InputError, match=r"300 m per pixel, more than 10 times the 0\.2 m"):
        run_job(replace(job, image=coarse), Recorder())
    assert not (tmp_path / "out").exists()


def test_bands_that_are_named_are_nothing_to_tell(job):
    recorder = Recorder()
    run_job(job, recorder)
    assert not [event for event in recorder.of(Log) if "band" in event.message]


@pytest.mark.parametrize(
    ("photometric", "bands", "words"),
    [
        ("minisblack", {}, "does not clearly declare which band is which"),
        ("rgb", {}, "declares its bands as red, green and blue, so it may have no near infrared"),
        ("rgb", {"nir_band": 1}, "does not clearly declare which band is red or green"),
    ],
)
def test_bands_told_by_custom_alone_are_said_so(job, scene, tmp_path, photometric, bands, words):
    mute = tmp_path / "mute.tif"
    with rasterio.open(scene / "image.tif") as image:
        pixels, profile = image.read(), {**image.profile, "photometric": photometric}
    with rasterio.open(mute, "w", **profile) as copy:
        copy.write(pixels)
    recorder = Recorder()
    run_job(replace(job, image=str(mute), draw_polygons=False, **bands), recorder)
    (warning,) = recorder.of(Log)
    assert warning.level == "warning"
    assert words in warning.message
    assert "band 1 as near infrared, band 2 as red, band 3 as green" in warning.message


def test_extent_labels_that_part_only(job, scene, tmp_path):
    with rasterio.open(scene / "image.tif") as image:
        left, bottom, right, top = image.bounds
    part = (left + 3.0, bottom + 6.0, right - 9.0, top - 3.0)
    run_job(replace(job, extent=part), Recorder())
    with rasterio.open(tmp_path / "out" / "classes.tif") as classes:
        assert classes.bounds == pytest.approx(part, abs=0.16)


def test_confidence_is_kept_when_asked_for(job, tmp_path):
    run_job(replace(job, confidence=str(tmp_path / "out" / "confidence.tif")), Recorder())
    with rasterio.open(tmp_path / "out" / "confidence.tif") as confidence:
        values = confidence.read(1)
    assert 100 / 6 <= values.min() <= values.max() <= 100


def test_geopackage_with_layers_of_others_is_refused(job, tmp_path):
    town = tmp_path / "town.gpkg"
    pyogrio.raw.write(
        town,
        shapely.to_wkb(np.array([shapely.box(0, 0, 1, 1)])),
        [np.array([1])],
        ["parcel"],
        layer="parcels",
        driver="GPKG",
        geometry_type="Polygon",
        crs="EPSG:25832",
    )
    before = town.read_bytes()
    with pytest.raises(OutputError, match="parcels"):
        run_job(replace(job, polygons=str(town)), Recorder())
    assert town.read_bytes() == before


def test_smaller_halo_is_remarked_and_labels_nearly_the_same(job, tmp_path):
    run_job(replace(job, output=str(tmp_path / "exact")), Recorder())
    reporter = Recorder()
    run_job(replace(job, output=str(tmp_path / "near"), halo_px=32, tile_size_px=64), reporter)
    said = [event.message for event in reporter.of(Log) if event.level == "warning"]
    assert any("32 px" in sentence and "80 px" in sentence for sentence in said)
    labels = []
    for name in ("exact", "near"):
        with rasterio.open(tmp_path / name / "classes.tif") as dataset:
            labels.append(dataset.read(1))
    assert 0.9 < (labels[0] == labels[1]).mean() < 1


def test_stitching_needs_a_network_with_one_coarse_map(job):
    with pytest.raises(ModelError, match="one coarse map"):
        run_job(replace(job, stitch=True), Recorder())


def test_stitched_labels_of_a_tiled_run_are_those_of_one_tile(job, tmp_path):
    model = save_random_model(
        tmp_path / "coarse", "maggiori_fcn", ROLES, (0.1, 0.2), {"width": "1/8"}
    )
    labels = []
    for tile_size_px in (512, 64):
        output = tmp_path / str(tile_size_px)
        asked = {"model": model, "output": str(output), "tile_size_px": tile_size_px}
        run_job(replace(job, **asked, stitch=True, draw_polygons=False), Recorder())
        with rasterio.open(output / "classes.tif") as dataset:
            labels.append(dataset.read(1))
    assert np.array_equal(*labels)
    assert len(np.unique(labels[0])) > 1
