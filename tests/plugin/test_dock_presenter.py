# SPDX-License-Identifier: GPL-2.0-or-later
"""The dock's decisions, without a widget."""

from dataclasses import replace

import pytest
from orthoscribe.plugin.dock.command import qgis_process_command
from orthoscribe.plugin.dock.findings_html import card_html, card_text
from orthoscribe.plugin.dock.presenter import LabelPresenter
from orthoscribe.plugin.dock.run_message import FAILURE, NOTE, SUCCESS, message_about
from orthoscribe.plugin.dock.state import (
    POLYGONS,
    VIEW,
    HeightsLayer,
    Options,
    RasterProperties,
)
from orthoscribe.plugin.engine_client.environment import NO_ENGINE
from orthoscribe.plugin.progress_estimate import ProgressEstimate, remaining_time_text
from orthoscribe.plugin.protocol import (
    Canceled,
    Failed,
    Finished,
    LabelJob,
    Outcome,
    Progress,
    labeling_resolution,
)
from orthoscribe.tests.dock_inputs import CARD, DSM, IMAGE, READY

DTM = RasterProperties(title="dtm", source="/photos/dtm.tif", crs="EPSG:25832", gsd_m=1.0)


def problems(state):
    return [each for each in LabelPresenter(state).findings() if each.is_problem]


def warnings_of(state):
    return [each for each in LabelPresenter(state).findings() if each.level == "warning"]


def test_job_carries_all_that_is_chosen():
    options = Options(minimum_building_m2=9.0, tile_size_px=512, device="cpu", show_confidence=True)
    job = LabelPresenter(replace(READY, options=options)).job()
    assert job == LabelJob(
        image="/photos/ortho.tif",
        output="/out",
        dsm="/photos/dsm.tif",
        nir_band=1,
        red_band=2,
        green_band=3,
        classes="/out/classes.tif",
        confidence="/out/confidence.tif",
        minimum_building_m2=9.0,
        tile_size_px=512,
        device="cpu",
    )


def test_job_has_the_terrain_only_with_the_kind_that_asks_for_it():
    with_terrain = replace(READY, dtm=HeightsLayer(DTM, band=2))
    assert LabelPresenter(with_terrain).job().dtm == ""
    job = LabelPresenter(replace(with_terrain, heights="dsm+dtm")).job()
    assert (job.dtm, job.dtm_band, job.heights) == ("/photos/dtm.tif", 2, "dsm+dtm")


def test_job_is_cut_to_the_part_of_the_image_in_view():
    state = replace(READY, area=VIEW, view=(-50.0, 20.0, 40.0, 500.0))
    assert LabelPresenter(state).job().extent == (0.0, 20.0, 40.0, 200.0)


def test_view_beside_the_image_is_a_problem():
    (found,) = problems(replace(READY, area=VIEW, view=(900.0, 900.0, 950.0, 950.0)))
    assert "Zoom to it" in found.sentence


def test_area_of_polygons_needs_a_layer():
    assert problems(replace(READY, area=POLYGONS))
    state = replace(READY, area=POLYGONS, polygons="/area.gpkg")
    assert not problems(state)
    assert LabelPresenter(state).job().area == "/area.gpkg"


def test_ready_state_may_run_and_says_what_is_good():
    presenter = LabelPresenter(READY)
    assert presenter.can_run()
    assert {each.level for each in presenter.findings()} == {"good"}
    assert "2.0 Mpx at 0.1 m, EPSG:25832" in presenter.findings()[0].sentence


@pytest.mark.parametrize(
    ("change", "subject", "words"),
    [
        ({"image": None}, "Image", "near infrared"),
        ({"image": RasterProperties("x", problem="It is a web map.")}, "Image", "It is a web map."),
        ({"bands_problem": "Band 2 is used twice."}, "Bands", "Band 2 is used twice."),
        ({"image": replace(IMAGE, gsd_m=3.0)}, "Resolution", "labels would be meaningless"),
        ({"dsm": None}, "Heights", "(image_only)"),
        ({"dsm": HeightsLayer(replace(DSM, problem="No overlap."))}, "Heights", "No overlap."),
        ({"heights": "dsm+dtm"}, "Terrain", "terrain model"),
        ({"card": None, "model": "mine"}, "Model", "'mine'"),
        ({"has_engine": False}, "Engine", NO_ENGINE),
        ({"chosen_bands": (1, 1, 2)}, "Job", "two roles"),
    ],
)
def test_problem_is_named_and_keeps_run_disabled(change, subject, words):
    state = replace(READY, **change)
    found = problems(state)
    assert [each.subject for each in found] == [subject]
    assert words in found[0].sentence
    assert not LabelPresenter(state).can_run()


@pytest.mark.parametrize(
    ("change", "subject", "words"),
    [
        ({"image": replace(IMAGE, gsd_m=0.5)}, "Resolution", "0.05 to 0.2 m"),
        ({"dsm": HeightsLayer(DSM, coverage=0.6)}, "Heights", "60 %"),
        ({"bands_hint": "NIR and red swapped?"}, "Bands", "swapped"),
        ({"bands_remarks": ("Band 1 is called blue.",)}, "Bands", "called blue"),
        (
            {"dsm": HeightsLayer(replace(DSM, title="DTM 2024"))},
            "Heights",
            "is that of a terrain model",
        ),
        ({"dsm": HeightsLayer(replace(DSM, file="dgm1.tif"))}, "Heights", "'dgm1.tif' is given as"),
        ({"dsm": HeightsLayer(replace(DSM, gsd_m=5.0))}, "Heights", "5 m per pixel"),
        ({"card": replace(CARD, roles=("nir", "red", "green"))}, "Model", "a sketch"),
    ],
)
def test_warning_is_named_but_may_run(change, subject, words):
    state = replace(READY, **change)
    assert [each.subject for each in warnings_of(state)] == [subject]
    assert words in warnings_of(state)[0].sentence
    assert LabelPresenter(state).can_run()


@pytest.mark.parametrize("gsd_m", [0.03, 0.04, 0.1, 0.25, 0.3])
def test_resolution_is_judged_as_the_engine_judges_it(gsd_m):
    found = LabelPresenter(replace(READY, image=replace(IMAGE, gsd_m=gsd_m))).findings()
    judged = labeling_resolution(gsd_m, CARD)
    level = "warning" if judged.is_doubtful else "good"
    expected = [(level, judged.remark)] if judged.remark else []
    said = [(each.level, each.sentence) for each in found if each.subject == "Resolution"]
    assert said == expected


def test_finer_image_is_good_and_said_to_be_resampled():
    found = LabelPresenter(replace(READY, image=replace(IMAGE, gsd_m=0.02))).findings()
    (sentence,) = (each.sentence for each in found if each.subject == "Resolution")
    assert "labeled at 0.05 m" in sentence
    assert {each.level for each in found} == {"good"}


def test_model_without_heights_needs_no_dsm():
    card = replace(CARD, roles=("nir", "red", "green"))
    assert not problems(replace(READY, dsm=None, card=card))


def test_nothing_starts_while_something_runs():
    presenter = LabelPresenter(replace(READY, is_busy=True))
    assert not presenter.can_run()
    assert not presenter.can_try_demo()


def test_card_shows_problems_alone_and_escapes_names():
    state = replace(
        READY, dsm=None, bands_hint="swapped", image=RasterProperties("x", problem="<b>&")
    )
    html = card_html(LabelPresenter(state).findings())
    assert "swapped" not in html
    assert "&lt;b&gt;&amp;" in html
    assert card_text(problems(state)).startswith("Problem: Image.")


def test_command_leaves_out_defaults_and_quotes_words():
    state = replace(
        READY,
        image=replace(IMAGE, source="/my photos/o.tif"),
        area=VIEW,
        view=(10.0, 20.0, 30.0, 40.0),
    )
    job = LabelPresenter(state).job()
    assert qgis_process_command(job, "EPSG:25832", "linux") == (
        "qgis_process run orthoscribe:label '--IMAGE=/my photos/o.tif' --OUTPUT=/out "
        "--NIR_BAND=1 --RED_BAND=2 --GREEN_BAND=3 --DSM=/photos/dsm.tif "
        "'--EXTENT=10.0,30.0,20.0,40.0 [EPSG:25832]' --CONFIDENCE=/out/confidence.tif"
    )
    assert '"--IMAGE=/my photos/o.tif"' in qgis_process_command(job, "", "win32")


def test_pace_trusts_itself_only_after_a_while():
    now = [0.0]
    estimate = ProgressEstimate(lambda: now[0])
    assert (estimate.percent, estimate.text) == (0, "Starting")
    estimate.feed(Progress(0.0, "reading"))
    now[0] = 1.0
    estimate.feed(Progress(0.1, "labeling"))
    assert estimate.text == "Labeling"
    now[0] = 10.0
    estimate.feed(Progress(0.25, "labeling"))
    assert (estimate.percent, estimate.remaining_s) == (25, 30.0)
    assert estimate.text == "Labeling · about 30 s left"
    now[0] = 18.0
    assert estimate.remaining_s == 22.0


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (3, "a few seconds left"),
        (42, "about 40 s left"),
        (100, "about 2 min left"),
        (3590, "about 1 h 0 min left"),
        (4000, "about 1 h 7 min left"),
    ],
)
def test_time_left_is_no_more_exact_than_it_is(seconds, text):
    assert remaining_time_text(seconds) == text


def test_message_of_a_finished_run_passes_warnings_on():
    message = message_about(Outcome(Finished(12.4), warnings=("Coarse.",)), READY_JOB)
    assert (message.level, message.headline) == (SUCCESS, "Done in 12 s.")
    assert message.warnings == ("Coarse.",)
    assert message.notes == ("The results are in /out.",)


def test_message_of_temporary_results_says_that_they_go():
    message = message_about(Outcome(Finished(100.0)), READY_JOB, is_temporary=True)
    assert message.headline == "Done in 1 min 40 s."
    assert "temporary" in message.notes[0]


def test_message_of_a_failure_keeps_everything_for_a_report():
    end = Failed("crash", "The engine was killed.", "Traceback: last words", -9)
    message = message_about(Outcome(end), READY_JOB, ["info: reading"])
    assert (message.level, message.headline) == (FAILURE, "The engine was killed.")
    for part in ("/photos/ortho.tif", "info: reading", "crash", "-9", "last words"):
        assert part in message.details


def test_message_of_a_canceled_run_is_no_failure():
    message = message_about(Outcome(Canceled()), READY_JOB)
    assert (message.level, message.headline) == (NOTE, "The run was canceled. Nothing was written.")
    assert message.details == ""


READY_JOB = LabelPresenter(READY).job()
