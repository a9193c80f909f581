"""A run in parts gives what a run in one piece gives, for gaps, extents, areas and resampling."""

from __future__ import annotations

import json
import shutil
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pyogrio
import pytest
import rasterio
import shapely
from orthoscribe.engine.commands import label as label_command
from orthoscribe.engine.commands import run_job
from orthoscribe.engine.models.bundle import load_bundle
from orthoscribe.engine.polygons import object_regions
from orthoscribe.engine.process.reporter import SilentReporter
from orthoscribe.engine.protocol import InputError, JobError, LabelJob, OutputError
from orthoscribe.engine.scale.do_task import close_opened, do_task
from orthoscribe.engine.scale.parts_labeler import PartsLabeler, key_of
from orthoscribe.engine.scale.store import OwnedStore
from orthoscribe.engine.scale.task import OUTLINE
from orthoscribe.tests.random_models import save_random_model
from orthoscribe.tests.survey import write_survey

ROLES = ("nir", "red", "green", "height")
EXTENT = (500_041.0, 5_399_822.5, 500_233.0, 5_399_991.5)


@pytest.fixture(scope="module")
def sparse(tmp_path_factory):
    """Write a survey with a missing image tile, and models for finer and coarser images."""
    folder = tmp_path_factory.mktemp("sparse")
    write_survey(folder)
    (folder / "images" / "0_400.tif").unlink()
    shutil.copytree(folder / "heights", folder / "terrain")
    for name, gsd_range_m in (("finer", (0.2, 0.3)), ("coarser", (0.9, 1.2))):
        save_random_model(folder / name, "maggiori_skip", ROLES, gsd_range_m)
    circle = shapely.Point(500_150, 5_399_900).buffer(70)
    pyogrio.raw.write(
        folder / "area.gpkg", shapely.to_wkb(np.array([circle])), [], [],
        geometry_type="Polygon", crs="EPSG:32632", driver="GPKG",
    )  # fmt: skip
    return folder


class ThisProcess:
    """Does tasks one after the other, without a scheduler."""

    def results(self, tasks, _raise_if_canceled):
        yield from (do_task(*task) for task in tasks)

    def close(self):
        close_opened()


@contextmanager
def in_this_process(job, labeler, mosaics, _reporter):
    with OwnedStore(Path(job.output), key_of(job, mosaics, labeler)) as store:
        yield PartsLabeler(labeler, mosaics, store, ThisProcess(), threads=1)


def labels(folder, output, **changes):
    job = LabelJob(
        image=str(folder / "images"), dsm=str(folder / "heights"), model=str(folder / "model"),
        output=str(output), confidence=str(output / "confidence.tif"),
        tile_size_px=64, halo_px=32, threads=1, draw_polygons=False,
    )  # fmt: skip
    run_job(replace(job, **changes), SilentReporter())
    found = []
    for name in ("classes.tif", "confidence.tif"):
        with rasterio.open(output / name) as dataset:
            found.append(dataset.read(1))
            found.append(dataset.read(1, out_shape=(dataset.height // 2, dataset.width // 2)))
    return found


CASES = {
    "gap": {},
    "extent": {"extent": EXTENT},
    "area": {"area": "area.gpkg"},
    "finer model": {"model": "finer", "extent": EXTENT},
    "coarser model": {"model": "coarser", "extent": EXTENT},
    "terrain": {"dtm": "terrain", "extent": EXTENT},
    "heights above ground": {"heights": "ndsm", "extent": EXTENT},
    "zones": {"zones": "area.gpkg", "extent": EXTENT},
    "whole receptive field": {"extent": EXTENT, "halo_px": -1},
}


@pytest.mark.parametrize("case", CASES)
def test_parts_equal_the_whole(sparse, tmp_path, monkeypatch, case):
    changes = {
        name: str(sparse / value) if name in ("area", "model", "dtm", "zones") else value
        for name, value in CASES[case].items()
    }
    whole = labels(sparse, tmp_path / "whole", **changes)
    monkeypatch.setattr(label_command, "parts_labeler", in_this_process)
    parts = labels(sparse, tmp_path / "parts", **changes)
    assert len(np.unique(whole[0])) >= 3
    for one, other in zip(whole, parts, strict=True):
        assert np.array_equal(one, other)
    assert not (tmp_path / "parts" / "label-parts").exists()
    if case == "zones":
        tables = [(tmp_path / name / "zones.csv").read_bytes() for name in ("whole", "parts")]
        assert tables[0] == tables[1]
        assert tables[0].count(b"\n") == 7


@pytest.mark.parametrize("outlines", ["regularized", "pixels"])
def test_outlines_in_parts_equal_the_whole(sparse, tmp_path, monkeypatch, outlines):
    changes = {"draw_polygons": True, "draw_land_cover": True, "outlines": outlines}
    changes |= {"minimum_building_m2": 4.0, "minimum_car_m2": 1.0}
    monkeypatch.setattr(object_regions, "BLOCK_PX", 128)
    labels(sparse, tmp_path / "whole", **changes)
    monkeypatch.setattr(label_command, "parts_labeler", in_this_process)
    labels(sparse, tmp_path / "parts", **changes)
    files = [(tmp_path / name / "polygons.gpkg").read_bytes() for name in ("whole", "parts")]
    assert files[0] == files[1]
    report = json.loads((tmp_path / "parts" / "report.json").read_text())
    assert report["parts"]["outline_work_s"] > 0
    assert report["polygons"]["buildings"]["features"] > 10
    assert not (tmp_path / "parts" / "label-parts").exists()


def test_arrays_of_an_interrupted_outlining_are_removed_and_its_blocks_are_kept(
    sparse, tmp_path, monkeypatch
):
    class FailsOnce(ThisProcess):
        def results(self, tasks, raise_if_canceled):
            for number, result in enumerate(super().results(tasks, raise_if_canceled)):
                is_last = tasks[0].kind == OUTLINE and number == 2
                yield result._replace(error="The disk is on fire.") if is_last else result

    @contextmanager
    def failing(job, labeler, mosaics, _reporter):
        with OwnedStore(Path(job.output), key_of(job, mosaics, labeler)) as store:
            yield PartsLabeler(labeler, mosaics, store, FailsOnce(), threads=1)

    changes = {"draw_polygons": True, "minimum_building_m2": 4.0}
    monkeypatch.setattr(object_regions, "BLOCK_PX", 128)
    labels(sparse, tmp_path / "whole", **changes)
    monkeypatch.setattr(label_command, "parts_labeler", failing)
    with pytest.raises(InputError, match="The disk is on fire"):
        labels(sparse, tmp_path / "parts", **changes)
    store = tmp_path / "parts" / "label-parts"
    assert not list(store.glob("outlines-*"))
    assert len(list(store.glob("outline-*.done"))) >= 3
    monkeypatch.setattr(label_command, "parts_labeler", in_this_process)
    labels(sparse, tmp_path / "parts", **changes)
    files = [(tmp_path / name / "polygons.gpkg").read_bytes() for name in ("whole", "parts")]
    assert files[0] == files[1]


def test_parts_of_another_card_with_the_same_weights_are_not_taken_over(sparse):
    card = load_bundle(sparse / "finer").card
    job, mosaics = LabelJob(image="image.tif", output="out"), SimpleNamespace(of_role={})
    keys = {
        key_of(job, mosaics, SimpleNamespace(bundle=SimpleNamespace(card=each)))
        for each in (card, replace(card, averaged_turns=4), replace(card, averaged_turns=1))
    }
    assert len(keys) == 2


def test_network_that_needs_the_whole_image_is_refused(sparse, tmp_path, monkeypatch):
    monkeypatch.setattr(label_command, "parts_labeler", in_this_process)
    model = save_random_model(tmp_path / "crf", "cnn_rf_crf", ROLES, (0.4, 0.6))
    with pytest.raises(JobError, match="whole image at once"):
        labels(sparse, tmp_path / "out", model=model, halo_px=-1)


def test_output_among_the_tiles_is_refused(sparse):
    with pytest.raises(OutputError, match="holds the files of the mosaic"):
        labels(sparse, sparse / "images")


def test_missing_dask_is_named_with_the_command_that_installs_it(sparse, tmp_path, monkeypatch):
    from importlib.metadata import PackageNotFoundError

    from orthoscribe.engine.protocol import EngineError
    from orthoscribe.engine.scale import dask_workers

    def no_version(name):
        raise PackageNotFoundError(name)

    monkeypatch.setattr(dask_workers, "version", no_version)
    with pytest.raises(EngineError, match=r"-m pip install .* -r .*cluster\.txt"):
        labels(sparse, tmp_path / "out", cluster="local:2")
