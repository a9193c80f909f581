# SPDX-License-Identifier: GPL-2.0-or-later
"""The fields of the scene job, through the command."""

import json
import re
import shutil
import sys
from dataclasses import replace

import numpy as np
import pyogrio
import pytest
import rasterio
from orthoscribe.engine.commands.scene import run
from orthoscribe.engine.process.reporter import SilentReporter
from orthoscribe.engine.protocol import LANDS, OutputError, SceneJob, job_from_json
from orthoscribe.engine.synthetic import Conditions, conditions_of, make_scene
from orthoscribe.tests.locked_folders import locked

RASTERS = ("image", "dsm", "dtm", "labels")
SEED, SIZE_PX, GSD_M = 7, 160, 0.4
COUNTRY_SEED = 5
CLEAN = conditions_of(SEED)


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """Return a function from fields of the job to its rasters."""

    def write(**fields):
        folder = tmp_path_factory.mktemp("scene")
        plain = {"seed": SEED, "size_px": SIZE_PX, "gsd_m": GSD_M}
        job = SceneJob(output=str(folder), **{**plain, **fields})
        run(job, SilentReporter())
        return folder, {name: read(folder / f"{name}.tif") for name in RASTERS}

    return write


@pytest.fixture(scope="module")
def plain(written):
    return written()[1]


def read(path):
    with rasterio.open(path) as dataset:
        return dataset.read().squeeze()


def report_of(folder):
    return json.loads((folder / "report.json").read_text())


def assert_rasters_are_those_of(conditions, rasters):
    scene = make_scene(SEED, SIZE_PX, GSD_M, conditions)
    for name in RASTERS:
        np.testing.assert_array_equal(rasters[name], getattr(scene, name))


@pytest.mark.parametrize(
    ("fields", "changed"),
    [
        ({"survey": "perfect"}, {"dsm"}),
        ({"survey": "lidar"}, {"dsm"}),
        ({"survey": "matched"}, {"dsm"}),
        ({"lean": 0.1}, {"image"}),
        ({"shift_m": 1.5}, {"image"}),
        ({"moved_cars": 1.0}, {"dsm"}),
        ({"outdated_fraction": 0.3}, {"image", "dsm", "labels"}),
        ({"label_noise_m": 0.4}, {"labels"}),
    ],
    ids=lambda value: "-".join(sorted(value)),
)
def test_field_changes_its_rasters_alone(written, plain, fields, changed):
    _, rasters = written(**fields)
    different = {name for name in RASTERS if not np.array_equal(rasters[name], plain[name])}
    if fields.get("survey") == CLEAN.survey:
        assert different == set()
    else:
        assert different == changed
    named = {"survey" if name == "survey" else name: value for name, value in fields.items()}
    assert_rasters_are_those_of(replace(CLEAN, **named), rasters)


def test_survey_is_drawn_unless_named(plain):
    assert_rasters_are_those_of(CLEAN, plain)


def test_land_is_drawn_unless_named(written):
    drawn = written(seed=COUNTRY_SEED)[1]["labels"]
    for land in LANDS:
        folder, rasters = written(seed=COUNTRY_SEED, land=land)
        assert report_of(folder)["land"] == land
        assert np.array_equal(rasters["labels"], drawn) == (land == "country")


def test_image_has_16_bits_where_asked(written, plain):
    _, rasters = written(bit_depth=16)
    assert rasters["image"].dtype == np.uint16
    assert rasters["image"].max() > 255
    for name in ("dsm", "dtm", "labels"):
        np.testing.assert_array_equal(rasters[name], plain[name])
    assert plain["image"].dtype == np.uint8


def test_flaws_are_drawn_as_for_training(written, plain):
    _, rasters = written(with_flaws=True)
    flawed = conditions_of(SEED, with_flaws=True)
    assert flawed != CLEAN
    assert_rasters_are_those_of(flawed, rasters)


def test_flaw_asked_for_beats_the_drawn_one(written):
    _, rasters = written(with_flaws=True, lean=0.3, label_noise_m=0.2)
    flawed = conditions_of(SEED, with_flaws=True)
    assert_rasters_are_those_of(replace(flawed, lean=0.3, label_noise_m=0.2), rasters)


def test_annotations_are_those_of_drawn_labels(written):
    folder, rasters = written(label_noise_m=0.4)
    _, _, polygons, (codes,) = pyogrio.raw.read(folder / "annotations.gpkg", columns=["code"])
    assert set(codes) == set(np.unique(rasters["labels"]))
    assert len(polygons) > 20


def test_saved_job_repeats_the_same_files(written, tmp_path):
    folder, _ = written(
        survey="matched", bit_depth=16, with_flaws=True, lean=0.05, shift_m=0.5,
        outdated_fraction=0.1, moved_cars=0.5, label_noise_m=0.2,
    )  # fmt: skip
    job = job_from_json((folder / "job.json").read_text())
    run(replace(job, output=str(tmp_path)), SilentReporter())
    names = {path.name for path in folder.iterdir()}
    assert names == {path.name for path in tmp_path.iterdir()}
    for name in names - {"job.json", "report.json"}:
        assert (tmp_path / name).read_bytes() == (folder / name).read_bytes(), name
    assert report_of(tmp_path)["conditions"] == report_of(folder)["conditions"]


@pytest.mark.parametrize(
    "fields",
    [{}, {"survey": "perfect", "bit_depth": 16}, {"with_flaws": True, "lean": 0.3}],
    ids=["drawn", "named", "flawed"],
)
def test_report_says_what_was_drawn(written, fields):
    folder, rasters = written(**fields)
    report = report_of(folder)
    assert report["kind"] == "scene"
    drawn = conditions_of(SEED, with_flaws="with_flaws" in fields)
    changed = {name: value for name, value in fields.items() if name != "with_flaws"}
    assert Conditions(**report["conditions"]) == replace(drawn, **changed)
    assert_rasters_are_those_of(Conditions(**report["conditions"]), rasters)


def test_records_of_another_job_in_the_folder_are_spared(tmp_path):
    for name in ("job.json", "report.json"):
        (tmp_path / name).write_text('{"kind": "label"}')
    run(SceneJob(output=str(tmp_path), size_px=64), SilentReporter())
    for name in ("job.json", "report.json"):
        assert (tmp_path / name).read_text() == '{"kind": "label"}'
        assert json.loads((tmp_path / f"scene_{name}").read_text())["kind"] == "scene"


def test_folder_below_a_file_is_refused_before_anything_is_drawn(tmp_path, monkeypatch):
    monkeypatch.setattr("orthoscribe.engine.commands.scene.plan_scene", None)  # never called
    (tmp_path / "town").write_text("a file")
    for name in ("town", "town/out", "town/out/deep"):
        with pytest.raises(OutputError, match="town is a file, not a folder: choose another"):
            run(SceneJob(output=str(tmp_path / name)), SilentReporter())
    assert [path.name for path in tmp_path.iterdir()] == ["town"]


@pytest.mark.skipif(sys.platform == "win32", reason="permissions are others there")
@pytest.mark.parametrize("name", ["out", "out/deep"])
def test_folder_without_permission_is_refused_before_anything_is_drawn(tmp_path, monkeypatch, name):
    monkeypatch.setattr("orthoscribe.engine.commands.scene.plan_scene", None)  # never called
    with (
        locked(tmp_path / "locked") as folder,
        pytest.raises(OutputError, match="do not have permission"),
    ):
        run(SceneJob(output=str(folder / name)), SilentReporter())


def test_scene_that_would_fill_the_disk_is_refused_before_anything_is_drawn(tmp_path, monkeypatch):
    monkeypatch.setattr("orthoscribe.engine.commands.scene.plan_scene", None)  # never called
    output = tmp_path / "new" / "town"
    with pytest.raises(OutputError) as refusal:
        run(SceneJob(output=str(output), size_px=10**8, bit_depth=16), SilentReporter())
    free_gb = shutil.disk_usage(tmp_path).free / 1e9
    told = re.fullmatch(
        r"The scene of 100000000 x 100000000 px needs about 67,\d{3},\d{3}\.0 GB and ([\d,.]+) GB "
        r"are free on the disk of (.+): make it smaller, free some space, or choose another output "
        r"folder\.",
        str(refusal.value),
    )
    assert float(told[1].replace(",", "")) == pytest.approx(free_gb, rel=0.1)
    assert told[2] == str(output)
    assert list(tmp_path.iterdir()) == []
