import dataclasses
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from orthoscribe.engine.cli.flags import add_flags, attach_negative_values
from orthoscribe.engine.cli.parser import Parser
from orthoscribe.engine.cli.scene_flags import with_further_scenes
from orthoscribe.engine.cli.verbs import MODULES
from orthoscribe.engine.outputs.paths import absolute, with_absolute_paths
from orthoscribe.engine.protocol import (
    CATALOG,
    JOB_TYPES,
    OPEN_COUNTRY,
    SCENE_FLAWS,
    SCENE_RANGES,
    SCENE_SHARES,
    FinetuneJob,
    LabelJob,
    SceneJob,
    ranges_text,
)
from orthoscribe.tests.scenes import speckle, write_raster

ROOT = Path(__file__).resolve().parents[3]


def engine(*arguments, cwd=ROOT):
    return subprocess.run(
        [sys.executable, "-m", "engine", *map(str, arguments)],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def job_from(job_type, text):
    parser = Parser(prog="test")
    add_flags(parser, job_type)
    return job_type(**vars(parser.parse_args(attach_negative_values(text.split()))))


@pytest.mark.parametrize("job_type", JOB_TYPES)
def test_every_field_but_nested_records_has_its_flag(job_type):
    parser = Parser(prog="test")
    add_flags(parser, job_type)
    flags = {action.dest for action in parser._actions} - {"help"}
    assert flags == {field.name for field in dataclasses.fields(job_type)} - {
        "legend",
        "further_scenes",
    }


def test_flags_make_the_same_job_as_python():
    job = job_from(
        LabelJob,
        "--image a.tif --output out --heights ndsm --dsm d.tif --extent -5,0,5.5,1e3 "
        "--no-draw-polygons --minimum-building 12 --tile-size-px 512 --band-ranges 0:255,-1:9.5",
    )
    assert job == LabelJob(
        image="a.tif",
        output="out",
        heights="ndsm",
        dsm="d.tif",
        extent=(-5.0, 0.0, 5.5, 1000.0),
        draw_polygons=False,
        minimum_building_m2=12.0,
        tile_size_px=512,
        band_ranges=((0.0, 255.0), (-1.0, 9.5)),
    )


def test_flag_may_leave_its_unit_out():
    short = job_from(SceneJob, "--seed 7 --size 128 --gsd 0.2 --output x")
    assert short == job_from(SceneJob, "--seed 7 --size-px 128 --gsd-m 0.2 --output x")


def test_flags_of_a_scene_make_the_same_job_as_python():
    job = job_from(
        SceneJob,
        "--output x --land country --survey lidar --bit-depth 16 --with-flaws --lean 0.1 --shift 2 "
        "--outdated-fraction 0.2 --moved-cars 1 --label-noise 0.3",
    )
    assert job == SceneJob(
        output="x",
        land="country",
        survey="lidar",
        bit_depth=16,
        with_flaws=True,
        lean=0.1,
        shift_m=2.0,
        outdated_fraction=0.2,
        moved_cars=1.0,
        label_noise_m=0.3,
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("--output x --image a --extent 1,2,3", "must be 4 numbers"),
        ("--output x --image a --extent 1,2,3,north", "not a list of numbers"),
        ("--output x --image a --heights tall", "invalid choice"),
        ("--output x --image a --thread 2", "unrecognized arguments"),
        ("--output x", "required: --image"),
    ],
)
def test_wrong_flag_is_refused_in_one_sentence(capsys, text, words):
    with pytest.raises(SystemExit) as end:
        job_from(LabelJob, text)
    assert end.value.code == 2
    assert words in capsys.readouterr().err


def test_relative_paths_become_absolute(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    job = with_absolute_paths(LabelJob(image="a/../b.tif", output="out", model="default"))
    assert job.image == f"{tmp_path}/b.tif"
    assert job.output == f"{tmp_path}/out"
    assert job.dsm == ""
    assert job.model == "default"
    assert with_absolute_paths(dataclasses.replace(job, model="./m")).model == f"{tmp_path}/m"


@pytest.mark.parametrize(
    "path", ["/vsizip/a.zip/b.tif", "https://x.org/a.tif", "GPKG:/a/b.gpkg:t", "/a/b.tif", ""]
)
def test_what_is_no_relative_path_stays(path):
    assert absolute(path) == path


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("GPKG:a.gpkg:t", "GPKG:{here}/a.gpkg:t"),
        ("a.tif|crs=EPSG:25832|nodata=0.0", "{here}/a.tif|crs=EPSG:25832|nodata=0.0"),
        ("/a/b.tif|nodata=none", "/a/b.tif|nodata=none"),
    ],
)
def test_what_is_declared_stays_behind_a_path(path, expected):
    assert absolute(path) == expected.format(here=Path.cwd())


def test_help_imports_neither_torch_nor_numpy():
    code = (
        "import sys, runpy\n"
        "sys.argv = ['engine', 'label', '--help']\n"
        "try:\n    runpy.run_module('engine', run_name='__main__')\n"
        "except SystemExit as end:\n    assert end.code == 0\n"
        "assert not {'torch', 'numpy', 'rasterio'} & set(sys.modules), 'heavy'\n"
    )
    found = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (found.returncode, found.stderr) == (0, "")
    assert "--minimum-building-m2" in found.stdout


def test_help_lists_every_verb():
    found = engine("--help").stdout
    assert [verb for verb in MODULES if f"    {verb}" not in found] == []


def test_misused_command_line_exits_with_2():
    found = engine("label", "--output", "x")
    assert found.returncode == 2
    assert found.stdout == ""
    assert "required: --image" in found.stderr
    assert engine("bake").returncode == 2


def test_value_out_of_range_exits_with_1(tmp_path):
    found = engine("scene", "--gsd", "9", "--output", tmp_path)
    assert found.returncode == 1
    assert found.stderr == "error: 'gsd_m' is 9.0; it must be from 0.02 to 2 meters.\n"


def test_help_of_a_scene_says_what_zero_means():
    said = " ".join(engine("scene", "--help").stdout.split())
    assert "width of the scene in pixels; 0: the same as the size (default: 0)" in said
    assert "height of the scene in pixels; 0: the same as the size (default: 0)" in said


def test_contradictory_job_exits_with_1(tmp_path):
    found = engine("label", "--image", "a.tif", "--dtm", "d.tif", "--output", tmp_path)
    assert found.returncode == 1
    assert found.stderr == (
        "error: A DTM is given but no DSM is given: add the DSM of the same place.\n"
    )


def test_run_refuses_missing_and_broken_job_files(tmp_path):
    assert "cannot be read: No such file" in engine("run", tmp_path / "job.json").stderr
    broken = tmp_path / "job.json"
    broken.write_text('{"kind": "scene", "outputs": "x"}')
    found = engine("run", broken)
    assert found.returncode == 1
    assert "did you mean 'output'" in found.stderr


def test_architectures_lists_the_catalog():
    found = engine("architectures", "--bands", 4, "--classes", 5, "--json")
    assert found.returncode == 0, found.stderr
    records = json.loads(found.stdout)
    assert [record["name"] for record in records] == [row.name for row in CATALOG]
    for record, row in zip(records, CATALOG, strict=True):
        assert record.pop("parameters") > 0
        assert record.pop("trained") > 0
        assert record == json.loads(json.dumps(dataclasses.asdict(row)))


def test_architectures_table_names_every_row():
    table = engine("architectures").stdout
    assert [row.name for row in CATALOG if row.name not in table] == []


def test_architectures_refuses_no_bands():
    assert engine("architectures", "--bands", 0).returncode == 2


def test_self_test_passes_on_the_processor():
    found = engine("self-test", "--device", "cpu")
    assert found.returncode == 0, found.stderr
    assert json.loads(found.stdout)["is_ok"] is True


def test_label_help_offers_every_architecture_under_its_paper():
    found = engine("label", "--help")
    assert found.returncode == 0, found.stderr
    lines = found.stdout.splitlines()
    assert [line for line in lines if line in {row.paper for row in CATALOG}] == list(
        dict.fromkeys(row.paper for row in CATALOG)
    )
    offered = {line.split()[0]: line for line in lines if line.startswith("  ") and line.split()}
    assert all(row.summary in offered[row.name] for row in CATALOG)
    assert re.search(r"Ready: [^.]*\bdefault\b", offered["maggiori_mlp"])


def test_scene_help_shows_every_range():
    found = engine("scene", "--help")
    assert found.returncode == 0, found.stderr
    assert found.stdout.endswith(ranges_text() + "\n")
    for row in (OPEN_COUNTRY, *SCENE_RANGES, *SCENE_FLAWS, *SCENE_SHARES):
        assert f"\n  {row.name} " in found.stdout
    for flag in ("--land", "--survey", "--bit-depth", "--with-flaws", "--lean", "--label-noise-m"):
        assert flag in found.stdout


def test_label_with_an_architecture_says_how_to_get_a_model_of_it(tmp_path):
    image = write_raster(tmp_path / "image.tif", speckle(3, 32, 32))
    found = engine("label", "--image", image, "--output", tmp_path, "--model", "maggiori_skip")
    assert found.returncode == 1
    assert "no model of it has been trained" in found.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="needs a shell")
@pytest.mark.parametrize(
    ("redirection", "code", "said"),
    [
        ("| head -n 1", 0, ""),
        ("| true", 0, ""),
        (">/dev/full", 1, "error: Standard output cannot be written: No space left on device.\n"),
        (">&-", 1, "error: Standard output cannot be written: Bad file descriptor.\n"),
        ("2>&- | head -n 1", 0, ""),
        ("0<&- >&- 2>&-", 1, ""),
    ],
)
@pytest.mark.parametrize("verb", ["--help", "label --help"])
def test_help_ends_quietly_or_in_one_sentence(redirection, code, said, verb):
    command = f"'{sys.executable}' -m engine {verb} {redirection}"
    done = subprocess.run(
        ["/bin/bash", "-o", "pipefail", "-c", command],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (code, said)


def finetune_job(text):
    parser = Parser(prog="test")
    add_flags(parser, FinetuneJob)
    values = vars(parser.parse_args(attach_negative_values(text.split())))
    return FinetuneJob(**with_further_scenes(values))


def test_each_further_image_begins_another_scene():
    job = finetune_job(
        "--image a.tif --dsm a_dsm.tif --labels a.gpkg --nir-band 4 --class-field kind "
        "--image b.tif --labels b.gpkg --class-field type --output m --image c.tif --minutes 3"
    )
    first, second, third = job.scenes
    assert (first.image, first.dsm, first.labels) == ("a.tif", "a_dsm.tif", "a.gpkg")
    assert (second.image, second.dsm, second.labels) == ("b.tif", "", "b.gpkg")
    assert (third.image, third.dsm, third.labels) == ("c.tif", "", "a.gpkg")
    assert [scene.nir_band for scene in job.scenes] == [4, 4, 4]
    assert [scene.class_field for scene in job.scenes] == ["kind", "type", "kind"]
    assert (job.output, job.minutes) == ("m", 3.0)


def test_one_scene_has_no_further_ones():
    assert finetune_job("--image a.tif --labels a.gpkg --output m").further_scenes == ()


def test_paths_of_further_scenes_become_absolute(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    job = finetune_job("--image a.tif --labels a.gpkg --image b.tif --labels b.gpkg --output m")
    second = with_absolute_paths(job).further_scenes[0]
    assert (second.image, second.labels) == (str(tmp_path / "b.tif"), str(tmp_path / "b.gpkg"))


def test_stop_without_a_training_is_one_sentence(tmp_path):
    ended = engine("stop", tmp_path)
    assert ended.returncode == 1
    assert ended.stderr.startswith("error: No training is at work in ")
