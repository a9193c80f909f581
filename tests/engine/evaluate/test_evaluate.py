# SPDX-License-Identifier: GPL-2.0-or-later
"""The evaluate command: known answers with a model that finds buildings everywhere."""

from __future__ import annotations

import json
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
import rasterio
import torch
from orthoscribe.engine.architectures import build
from orthoscribe.engine.commands import run_job
from orthoscribe.engine.commands.evaluate import doubts_about
from orthoscribe.engine.datasets.isprs import VAIHINGEN
from orthoscribe.engine.evaluate import accumulator
from orthoscribe.engine.evaluate.accumulator import MetricAccumulator
from orthoscribe.engine.evaluate.page.compose import compose_page
from orthoscribe.engine.evaluate.page.pictures import Gallery, Picture
from orthoscribe.engine.evaluate.records import evaluation_record
from orthoscribe.engine.metrics import IGNORED
from orthoscribe.engine.models.bundle import save_bundle
from orthoscribe.engine.process.cancellation import Cancellation
from orthoscribe.engine.process.reporter import Reporter
from orthoscribe.engine.protocol import (
    ISPRS,
    Artifact,
    EvaluateJob,
    InputError,
    JobCanceled,
    JobError,
    Log,
    Metric,
    ModelCard,
    Normalization,
    Progress,
    SceneJob,
)
from orthoscribe.tests.scenes import speckle, write_raster

BUILDING = 2
SIDE = 64
WIDTH = {"width": "1/16"}
COLORS = np.array([(0, 0, 0)] + [one.color for one in ISPRS.classes], np.uint8)  # by code


class Recorder(Reporter):
    """Keeps events; asks to stop when a stage begins with `stop_at`."""

    def __init__(self, stop_at="never"):
        super().__init__(Cancellation())
        self.events, self.stop_at = [], stop_at

    def emit(self, event):
        self.events.append(event)
        if isinstance(event, Progress) and event.stage.startswith(self.stop_at):
            self.cancellation.request()


@pytest.fixture(scope="module")
def one_track_model(tmp_path_factory):
    """A model that labels everything as building, of a published architecture."""
    torch.manual_seed(1)
    network = build("maggiori_fcn", 3, len(ISPRS), WIDTH)
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.zero_()
        network.score.bias[ISPRS.codes.index(BUILDING)] = 1.0
    card = ModelCard(
        name="onetrack",
        title="One-track",
        summary="Finds buildings everywhere.",
        architecture="maggiori_fcn",
        legend=ISPRS,
        roles=("nir", "red", "green"),
        gsd_range_m=(0.05, 1.0),
        normalization=Normalization(),
        license="CC0-1.0",
        weights_sha256="",
        options=WIDTH,
    )
    return str(save_bundle(tmp_path_factory.mktemp("models") / "onetrack", card, network).folder)


@pytest.fixture
def half_planes(tmp_path):
    """Building on the left, low vegetation on the right."""
    codes = np.full((SIDE, SIDE), 3, np.uint8)
    codes[:, : SIDE // 2] = BUILDING
    return write_raster(tmp_path / "labels.tif", codes)


@pytest.fixture
def job(tmp_path, one_track_model, half_planes):
    return EvaluateJob(
        output=str(tmp_path / "out"),
        model=one_track_model,
        image=write_raster(tmp_path / "image.tif", speckle(3, SIDE, SIDE)),
        labels=half_planes,
        threads=1,
    )


@pytest.fixture
def vaihingen(tmp_path):
    """Validation tiles of which every second row is clutter, the others building and tree."""
    codes = np.full((SIDE, SIDE), BUILDING, np.uint8)
    codes[:, SIDE // 2 :] = 4
    codes[::2] = 6
    for name in VAIHINGEN.splits["validation"]:
        for folder, values in (
            ("top", speckle(3, SIDE, SIDE)),
            ("gts_for_participants", COLORS[codes].transpose(2, 0, 1)),
        ):
            path = tmp_path / "vaihingen" / folder / f"top_mosaic_09cm_area{name}.tif"
            path.parent.mkdir(parents=True, exist_ok=True)
            write_raster(path, values, crs=None, transform=None)
    return tmp_path / "vaihingen"


def report_of(job, reporter=None):
    run_job(job, reporter or Recorder())
    return json.loads((Path(job.output) / "report.json").read_text(encoding="utf-8"))


def page_of(job):
    return (Path(job.output) / "report.html").read_text(encoding="utf-8")


def class_scores(part, name):
    (found,) = (one for one in part["classes"] if one["name"] == name)
    return found


def test_two_half_planes_lose_three_pixels_on_each_side(job):
    report = report_of(job)
    assert report["full"]["scored_px"] == SIDE * SIDE
    # Three on each side of the border, and three along the edge, beyond which nothing is known.
    assert report["eroded"]["scored_px"] == (SIDE - 6) * (SIDE - 6 - 6)


def test_scores_are_those_of_the_known_confusion(job):
    report = report_of(job)
    full, half = report["full"], SIDE * SIDE // 2
    confusion = np.zeros((6, 6), int)
    confusion[1, 1] = confusion[2, 1] = half
    np.testing.assert_array_equal(full["confusion"], confusion)
    assert full["overall_accuracy"] == 0.5
    assert full["kappa"] == 0.0
    building = class_scores(full, "building")
    assert (building["precision"], building["recall"]) == (0.5, 1.0)
    assert building["f1"] == pytest.approx(2 / 3, abs=1e-4)
    assert building["iou"] == 0.5
    assert class_scores(full, "tree")["f1"] is None
    assert full["mean_f1"] == pytest.approx(1 / 3, abs=1e-4)
    assert full["mean_iou"] == full["frequency_weighted_iou"] == 0.25


def test_objects_curves_and_bounds_are_in_the_report(job):
    report = report_of(job)
    # The building found covers both half planes: exactly half of the union is not enough.
    assert report["objects"]["building"]["true"] == 1
    assert report["objects"]["building"]["matched"] == 0
    assert report["objects"]["car"]["f1"] is None
    assert report["trimap"]["distance_px"] == list(range(1, 81))
    assert set(report["trimap"]["mean_iou"]) == {0.25}
    assert report["resolution_bounds"]["1"] == 1.0
    assert report["resolution_bounds"]["32"] == 1.0
    assert report["resolution_bounds"]["128"] < 1.0


def test_headline_is_eroded_where_that_is_asked_for(job):
    reporter = Recorder()
    report = report_of(replace(job, eroded=True), reporter)
    assert report["headline"] == "eroded"
    metrics = {each.name: each.value for each in reporter.events if isinstance(each, Metric)}
    assert metrics["overall_accuracy"] == report["eroded"]["overall_accuracy"]
    assert metrics["f1_building"] == class_scores(report["eroded"], "building")["f1"]


def test_page_needs_nothing_from_anywhere(job, tmp_path):
    reporter = Recorder()
    run_job(job, reporter)
    page = page_of(job)
    assert page.count("data:image/png;base64,") == 4
    assert page.count("<svg") == 3
    assert "http" not in page.replace("http://www.w3.org/2000/svg", "")
    assert "One-track on image" in page
    paths = {each.role: each.path for each in reporter.events if isinstance(each, Artifact)}
    assert set(paths) == {"job", "report", "page"}
    assert paths["page"] == str(tmp_path / "out" / "report.html")
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "job.json",
        "report.html",
        "report.json",
    ]


def test_names_and_warnings_cannot_break_the_page(job):
    report = report_of(job)
    bad = "<b title='\"'>&"
    report["model"].update(title=bad, name=bad)
    report["device"] = report["scenes"][0]["name"] = bad
    gallery = Gallery(ISPRS, [Picture(bad, "", "", "", "")])
    page = compose_page({**report, "warnings": [bad]}, ISPRS, gallery)
    tags = Tags()
    tags.feed(page)
    assert tags.open == []
    assert "<b title" not in page
    assert "".join(tags.texts).count(bad) == 7  # titles, warning, caption, scene, model, device


def test_every_number_of_the_page_is_formatted(job, town):
    """Fractions are percentages with one decimal, and what is not there is a dash."""
    report = report_of(replace(job, image=str(town / "image.tif"), labels=str(town / "labels.tif")))
    tags = Tags()
    tags.feed(page_of(job))
    cells = [text.strip() for text in tags.cells]
    scores = class_scores(report["full"], "building")
    first = cells.index("Building")
    assert cells[first + 1] == f"{100 * scores['f1']:.1f}"
    assert "-" in cells
    assert not {"None", "nan", ""} & set(cells)


class Tags(HTMLParser):
    """Collects texts and table cells of a page, and the tags that were not closed in order."""

    def __init__(self):
        super().__init__()
        self.open, self.texts, self.cells = [], [], []

    def handle_starttag(self, tag, attributes):
        if tag not in ("meta", "img"):
            self.open.append(tag)
        if tag == "td":
            self.cells.append("")

    def handle_endtag(self, tag):
        if self.open[-1] == tag:
            self.open.pop()

    def handle_data(self, text):
        self.texts.append(text)
        if "td" in self.open:
            self.cells[-1] += text


def test_whole_set_is_counted_together_without_clutter(job, vaihingen):
    given = replace(job, image="", labels="", dataset="vaihingen", root=str(vaihingen))
    report = report_of(given)
    assert [one["name"] for one in report["scenes"]] == ["11", "15", "28", "30", "34"]
    assert report["ignored_class"] == "clutter"
    assert report["full"]["scored_px"] == 5 * SIDE * SIDE // 2
    assert report["full"]["overall_accuracy"] == 0.5
    assert len(report["full"]["classes"]) == 5
    assert len(report["inputs"]) == 11  # five images, five labels, the weights
    assert "Clutter is ignored in scoring." in page_of(given)
    released = report_of(replace(given, release_oa=True))
    assert "Overall accuracy counts its pixels as errors" in page_of(given)
    assert released["full"]["overall_accuracy"] == 0.25


def test_official_eroded_labels_are_taken_where_they_are(job, vaihingen):
    codes = np.zeros((SIDE, SIDE), np.uint8)
    codes[:, :7] = BUILDING
    for name in VAIHINGEN.splits["validation"]:
        folder = vaihingen / "gts_eroded_for_participants"
        folder.mkdir(exist_ok=True)
        path = folder / f"top_mosaic_09cm_area{name}_noBoundary.tif"
        write_raster(path, COLORS[codes].transpose(2, 0, 1), crs=None, transform=None)
    given = replace(job, image="", labels="", dataset="vaihingen", root=str(vaihingen))
    report = report_of(given)
    assert report["eroded"]["scored_px"] == 5 * SIDE * 7
    assert report["eroded"]["overall_accuracy"] == 1.0


def test_large_scene_is_counted_in_blocks_as_in_one_piece(monkeypatch):
    rng = np.random.default_rng(4)
    truth = rng.integers(0, 3, (12, 16)).repeat(16, 0).repeat(16, 1).astype(np.uint8)
    truth[40:50, 100:200] = IGNORED
    labels = np.roll(truth, 3, axis=1)
    records = []
    for block_px in (1024, 128):
        monkeypatch.setattr(accumulator, "BLOCK_PX", block_px)
        totals = MetricAccumulator(ISPRS, 2, trimap_px=20)
        totals.feed(truth, labels, None, {"building": 9, "car": 9})
        records.append(evaluation_record(totals, release_oa=False))
    assert records[0] == records[1]
    assert records[0]["objects"]["building"]["true"] > 1


def test_published_rows_stand_beside(job, vaihingen):
    given = replace(job, image="", labels="", dataset="vaihingen", root=str(vaihingen), paper=True)
    report = report_of(given)
    assert [table["name"] for table in report["published"]] == ["Table II", "Table IV"]
    table = report["published"][0]
    own, rows = table["this_run"], {row["method"]: row for row in table["rows"]}
    assert rows["Base FCN"]["same_architecture"]
    assert rows["Base FCN"]["values"][-2:] == [85.14, 88.61]
    # Eroded away entirely, as every second row is another class: all pixels stand in.
    assert report["eroded"] is None
    assert own[table["columns"].index("building")] == pytest.approx(100 * 2 / 3, abs=0.01)
    assert own[-1] == 50.0
    page = page_of(job)
    assert "Volpi" not in page
    assert "Deconvolution" in page
    assert "88.61" in page


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    """The folder of a small generated town."""
    folder = tmp_path_factory.mktemp("town")
    run_job(SceneJob(output=str(folder), land="town", seed=5, size_px=160, gsd_m=0.2), Recorder())
    return folder


def job_on(town, labels, output):
    """Return the job that evaluates the default model on a town by labels of its own."""
    return EvaluateJob(
        output=str(output),
        image=str(town / "image.tif"),
        dsm=str(town / "dsm.tif"),
        dtm=str(town / "dtm.tif"),
        labels=str(labels),
        trimap_px=0,
        threads=1,
    )


def test_default_model_is_good_on_a_generated_scene(town, tmp_path):
    report = report_of(job_on(town, town / "labels.tif", tmp_path / "out"))
    assert report["full"]["overall_accuracy"] > 0.8
    assert report["eroded"]["overall_accuracy"] > report["full"]["overall_accuracy"]
    assert report["trimap"] is None


def test_folder_of_generated_scenes_is_evaluated_with_polygons(job, tmp_path):
    folder = tmp_path / "set" / "town"
    run_job(SceneJob(output=str(folder), land="town", seed=5, size_px=64, gsd_m=0.2), Recorder())
    (folder / "labels.tif").unlink()
    (folder / "annotations.gpkg").rename(folder / "labels.gpkg")
    given = replace(job, image="", labels="", dataset="folder", root=str(tmp_path / "set"))
    report = report_of(replace(given, split="all"))
    assert report["data"] == {"title": "set", "set": "folder", "split": "all"}
    assert report["full"]["scored_px"] > 0


@pytest.mark.parametrize(("kappa", "count"), [(-0.01, 1), (0.0, 0), (None, 0), (0.7, 0)])
def test_agreement_worse_than_chance_is_told(kappa, count):
    doubts = doubts_about({"kappa": kappa}, ISPRS)
    assert len(doubts) == count
    assert all("check that the codes" in doubt for doubt in doubts)


def test_labels_of_other_codes_are_doubted_in_the_report(town, tmp_path):
    with rasterio.open(town / "labels.tif") as labels:
        profile, codes = labels.profile, labels.read()
    with rasterio.open(tmp_path / "labels.tif", "w", **profile) as labels:
        labels.write(np.array([0, 2, 3, 4, 5, 6, 1], np.uint8)[codes])
    recorder = Recorder()
    run_job(job_on(town, tmp_path / "labels.tif", tmp_path / "out"), recorder)
    report = json.loads((tmp_path / "out" / "report.json").read_text(encoding="utf-8"))
    warned = [event.message for event in recorder.events if isinstance(event, Log)]
    assert report["warnings"][-1] in warned
    assert "worse than chance" in report["warnings"][-1]
    assert "1 Impervious surface, 2 Building" in report["warnings"][-1]


def test_job_can_be_repeated_from_its_file(job, tmp_path):
    first = report_of(job)
    from orthoscribe.engine.protocol import job_from_json

    again = job_from_json((tmp_path / "out" / "job.json").read_text(encoding="utf-8"))
    assert report_of(again)["full"] == first["full"]


@pytest.mark.parametrize("stage", ["Labeling", "Scoring"])
def test_canceled_evaluation_leaves_nothing(job, tmp_path, stage):
    with pytest.raises(JobCanceled):
        run_job(job, Recorder(stop_at=stage))
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"labels": ""}, "No labels"),
        ({"image": "", "labels": ""}, "or a data set"),
        ({"dataset": "vaihingen", "root": "r"}, "image and labels too"),
        ({"image": "", "labels": "", "dataset": "potsdam"}, "No root folder"),
        ({"root": "r"}, "no data set"),
        ({"output": ""}, "No output folder"),
        ({"dtm": "t.tif"}, "no DSM"),
    ],
)
def test_job_that_cannot_run_says_why(job, changes, words):
    with pytest.raises(JobError, match=words):
        run_job(replace(job, **changes), Recorder())


def test_labels_that_know_nothing_are_refused(job, tmp_path):
    labels = write_raster(tmp_path / "none.tif", np.zeros((SIDE, SIDE), np.uint8))
    with pytest.raises(InputError, match="have none of the classes"):
        run_job(replace(job, labels=labels), Recorder())


def test_warning_of_the_labeling_is_passed_on_once(job, vaihingen):
    reporter = Recorder()
    given = replace(job, image="", labels="", dataset="vaihingen", root=str(vaihingen))
    run_job(given, reporter)
    warnings = [each.message for each in reporter.events if isinstance(each, Log)]
    assert len(warnings) == len(set(warnings))


def test_scores_from_next_to_no_pixels_say_so(job, tmp_path):
    codes = np.zeros((SIDE, SIDE), np.uint8)
    codes[0, :5] = BUILDING
    reporter = Recorder()
    run_job(replace(job, labels=write_raster(tmp_path / "few.tif", codes)), reporter)
    told = [each.message for each in reporter.events if isinstance(each, Log)]
    (doubt,) = [each for each in told if each.startswith("Only 5 pixels")]
    assert "(building 5)" in doubt
    report = json.loads((tmp_path / "out" / "report.json").read_text(encoding="utf-8"))
    assert doubt in report["warnings"]
    assert doubt in page_of(job)


def test_notes_of_the_labeling_are_no_warnings_of_the_report(job, tmp_path):
    """At which resolution a scene is labeled is logged, and is nothing to warn of."""
    recorder = Recorder()
    report = report_of(replace(job, output=str(tmp_path / "again")), recorder)
    logged = [event for event in recorder.events if isinstance(event, Log)]
    notes = [event.message for event in logged if event.level == "info"]
    assert not set(notes) & set(report["warnings"])
    warned = [event.message for event in logged if event.level == "warning"]
    assert len(warned) == len(set(warned))


def test_warnings_about_labels_reach_the_user_and_the_report(job, tmp_path):
    codes = np.full((SIDE, SIDE), 3, np.uint8)
    codes[:, : SIDE // 2] = BUILDING
    labels = write_raster(tmp_path / "nodata.tif", codes, nodata=3)
    reporter = Recorder()
    report = report_of(replace(job, labels=labels), reporter)
    assert report["full"]["scored_px"] == SIDE * SIDE // 2
    warned = [each.message for each in reporter.events if isinstance(each, Log)]
    for words in ("declare the value 3 as nodata", "the labels have building alone"):
        assert sum(words in message for message in warned) == 1
        assert sum(words in message for message in report["warnings"]) == 1
