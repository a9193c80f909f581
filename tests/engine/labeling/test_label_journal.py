"""An interrupted labeling goes on to the very results of one that was not."""

import errno
import itertools
import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

pytest.importorskip("torch")

from orthoscribe.engine.commands import run_job
from orthoscribe.engine.labeling.label_journal import GOES_ON, STARTS_OVER
from orthoscribe.engine.outputs.record_log import RecordLog
from orthoscribe.engine.process.cancellation import Cancellation
from orthoscribe.engine.protocol import (
    JobCanceled,
    OutputError,
    is_unfinished,
    job_from_json,
    unfinished_folder,
)
from orthoscribe.tests.label_runs import Listener, label_job, results_in, write_label_scene
from orthoscribe.tests.random_models import save_random_model
from orthoscribe.tests.scenes import speckle, write_raster

WENT_ON = GOES_ON.split("{")[0]


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    scene = write_label_scene(tmp_path_factory.mktemp("scene"), 200)
    whole = scene / "whole"
    run_job(label_job(scene, whole), Listener())
    return scene, results_in(whole)


@pytest.fixture
def scene(shared, tmp_path):
    """Return a copy of the scene, which a test may change."""
    return Path(shutil.copytree(shared[0], tmp_path / "scene"))


@pytest.fixture
def whole(shared):
    return shared[1]


@pytest.fixture
def job(shared, tmp_path):
    return label_job(shared[0], tmp_path / "out")


def interrupt(job):
    with pytest.raises(JobCanceled):
        run_job(job, Listener(0.5))
    assert is_unfinished(job.output)
    return job


@pytest.fixture
def interrupted(job):
    return interrupt(job)


def visible(folder):
    return sorted(path.name for path in Path(folder).iterdir() if not path.name.startswith("."))


def test_interrupted_labeling_goes_on_to_the_same_results(interrupted, whole, tmp_path):
    assert visible(interrupted.output) == []
    listener = Listener()
    run_job(interrupted, listener)
    (said,) = [each for each in listener.said if each.startswith(WENT_ON)]
    assert int(said.split()[-3]) >= 30
    assert results_in(tmp_path / "out") == whole
    assert not unfinished_folder(interrupted.output).exists()


def test_labeling_may_be_interrupted_at_any_moment(job, whole, tmp_path):
    for stop_at in (0.05, 0.2, 0.4, 0.84, 0.9, 1.0):
        with pytest.raises(JobCanceled):
            run_job(job, Listener(stop_at))
    run_job(job, Listener())
    assert results_in(tmp_path / "out") == whole


def test_blocks_are_those_of_the_job_that_is_saved_with_them(interrupted, whole, tmp_path):
    text = (unfinished_folder(interrupted.output) / "job.json").read_text(encoding="utf-8")
    listener = Listener()
    run_job(job_from_json(text), listener)
    assert any(each.startswith(WENT_ON) for each in listener.said)
    assert results_in(tmp_path / "out") == whole


@pytest.mark.parametrize("kept", [0.0, 0.3, 0.62, 0.99])
def test_journal_that_is_cut_off_anywhere_loses_only_blocks(interrupted, whole, tmp_path, kept):
    blocks = unfinished_folder(interrupted.output) / "blocks"
    content = blocks.read_bytes()
    blocks.write_bytes(content[: int(kept * len(content))] + b"\0" * 1000)
    run_job(interrupted, Listener())
    assert results_in(tmp_path / "out") == whole


def test_canceled_labeling_keeps_nothing(job, tmp_path):
    with pytest.raises(JobCanceled):
        run_job(job, Listener(0.5, Cancellation.request))
    assert not (tmp_path / "out").exists()


def test_labeling_canceled_after_an_interruption_keeps_nothing(interrupted, tmp_path):
    with pytest.raises(JobCanceled):
        run_job(interrupted, Listener(0.7, Cancellation.request))
    assert not unfinished_folder(interrupted.output).exists()


def test_failed_labeling_goes_on(interrupted, whole, tmp_path):
    class Failing(Listener):
        def emit(self, event):
            super().emit(event)
            if getattr(event, "fraction", 0.0) > 0.7:
                raise MemoryError

    with pytest.raises(MemoryError):
        run_job(interrupted, Failing())
    listener = Listener()
    run_job(interrupted, listener)
    assert any(each.startswith(WENT_ON) for each in listener.said)
    assert results_in(tmp_path / "out") == whole


def change_image(scene, job):
    """Change pixels, and reset the time of change as some programs do."""
    image = scene / "image.tif"
    status = image.stat()
    with image.open("r+b") as file:
        file.seek(-10, os.SEEK_END)
        file.write(b"\x01\x02\x03")
    os.utime(image, ns=(status.st_atime_ns, status.st_mtime_ns))
    return job


def change_heights(scene, job):
    (scene / "dsm.tif").write_bytes((scene / "dsm.tif").read_bytes())
    return job


def change_model(scene, job):
    roles = ("nir", "red", "green", "height")
    save_random_model(scene / "model", "maggiori_mlp", roles, (0.1, 0.2))
    return job


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (change_image, "image"),
        (change_heights, "heights"),
        (change_model, "model"),
        (lambda _, job: replace(job, tile_size_px=48), "settings"),
        (lambda _, job: replace(job, threads=2), "device or number of threads"),
        (lambda _, job: replace(job, extent=(500_000, 5_399_980, 500_020, 5_400_000)), "area"),
    ],
)
def test_labeling_starts_over_if_anything_changed(scene, tmp_path, change, what):
    job = change(scene, interrupt(label_job(scene, tmp_path / "out")))
    listener = Listener()
    run_job(job, listener)
    said = [each for each in listener.said if "interrupted" in each]
    assert said == [STARTS_OVER.format(reason=what)]
    other = replace(job, output=str(tmp_path / "other"))
    run_job(other, Listener())
    assert results_in(tmp_path / "out") == results_in(tmp_path / "other")


def test_changed_source_of_a_mosaic_is_noticed(scene, tmp_path):
    vrt = scene / "image.vrt"
    vrt.write_text(
        '<VRTDataset rasterXSize="200" rasterYSize="200"><SRS>EPSG:32632</SRS>'
        "<GeoTransform>500000, 0.15, 0, 5400000, 0, -0.15</GeoTransform>"
        + "".join(
            f'<VRTRasterBand dataType="Byte" band="{band}"><SimpleSource>'
            f'<SourceFilename relativeToVRT="1">image.tif</SourceFilename>'
            f"<SourceBand>{band}</SourceBand></SimpleSource></VRTRasterBand>"
            for band in (1, 2, 3)
        )
        + "</VRTDataset>"
    )
    job = interrupt(replace(label_job(scene, tmp_path / "out"), image=str(vrt)))
    write_raster(scene / "image.tif", speckle(3, 200, 200))
    listener = Listener()
    run_job(job, listener)
    (said,) = [each for each in listener.said if "starts over" in each]
    assert "image" in said.partition(":")[2]


def test_other_polygons_of_the_same_labels_go_on(interrupted):
    listener = Listener()
    run_job(replace(interrupted, minimum_building_m2=100.0), listener)
    assert any(each.startswith(WENT_ON) for each in listener.said)


@pytest.mark.parametrize("readable", [0, 3])
def test_labels_that_cannot_be_read_are_one_sentence(interrupted, monkeypatch, readable):
    records = RecordLog.records

    def failing(log):
        yield from itertools.islice(records(log), readable)
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(RecordLog, "records", failing)
    with pytest.raises(OutputError, match=r"orthoscribe-unfinished cannot be read \(Input/output"):
        run_job(interrupted, Listener())
    assert is_unfinished(interrupted.output)


def test_finished_labeling_is_not_resumed_where_its_folder_stays(job, monkeypatch):
    monkeypatch.setattr(shutil, "rmtree", lambda *_, **__: None)
    run_job(job, Listener())
    assert unfinished_folder(job.output).exists()
    assert not is_unfinished(job.output)
