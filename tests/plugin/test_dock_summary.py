# SPDX-License-Identifier: GPL-2.0-or-later
"""Summary, speed, mends and one-line checks of the dock, without a widget."""

from dataclasses import replace

import pytest
from orthoscribe.plugin.dock.mends import mends
from orthoscribe.plugin.dock.presenter import LabelPresenter
from orthoscribe.plugin.dock.run_message import message_about
from orthoscribe.plugin.dock.speed import expected_duration_s, remember_speed
from orthoscribe.plugin.dock.state import VIEW, DockState, HeightsLayer
from orthoscribe.plugin.dock.summary import share_text, summarize_run
from orthoscribe.plugin.protocol import (
    ISPRS,
    Canceled,
    Failed,
    Finished,
    LabelJob,
    Outcome,
)
from orthoscribe.plugin.settings import SPEEDS
from orthoscribe.tests.dock_inputs import CARD, DSM, IMAGE

READY = DockState(image=IMAGE, dsm=HeightsLayer(DSM), card=CARD, output="/out")
CORNER = (0.0, 0.0, 50.0, 100.0)  # a quarter of the image


@pytest.fixture
def no_speeds(qgis_app):
    stored = SPEEDS.read()
    SPEEDS.write("{}")
    yield
    SPEEDS.write(stored)


def offers(state, visible=CORNER):
    return [each.action for each in mends(state, visible)]


def test_summary_has_the_shares_of_all_classes_largest_first():
    metrics = {"building_area_m2": 30.0, "tree_area_m2": 69.0, "car_area_m2": 1.0}
    summary = summarize_run(Outcome(Finished(2.0), metrics=metrics), ISPRS)
    assert [each.title for each in summary.shares] == ["Tree", "Building", "Car"]
    assert [each.fraction for each in summary.shares] == pytest.approx([0.69, 0.3, 0.01])
    assert summary.confidence_percent is None


def test_run_without_areas_has_no_summary():
    assert summarize_run(Outcome(Finished(2.0)), ISPRS) is None


@pytest.mark.parametrize(
    ("area_m2", "total_m2", "text"),
    [
        (31.0, 310.0, "Tree · 31 m² (10 %)"),
        (999.0, 999.0, "Tree · 999 m² (100 %)"),
        (1000.0, 4000.0, "Tree · 0.10 ha (25 %)"),
        (1.0, 4000.0, "Tree · 1 m² (<1 %)"),
    ],
)
def test_areas_are_in_hectares_only_from_a_tenth(area_m2, total_m2, text):
    metrics = {"tree_area_m2": area_m2, "building_area_m2": total_m2 - area_m2}
    shares = summarize_run(Outcome(Finished(2.0), metrics=metrics), ISPRS).shares
    (tree,) = [each for each in shares if each.title == "Tree"]
    assert share_text(tree) == text


def test_speed_is_remembered_by_device_and_model(no_speeds):
    assert expected_duration_s("default", "cpu", 8.0) is None
    remember_speed("default", "cpu", 2.0, 10.0)
    assert expected_duration_s("default", "cpu", 8.0) == pytest.approx(40.0)
    assert expected_duration_s("default", "cuda", 8.0) is None
    assert expected_duration_s("light", "cpu", 8.0) is None


@pytest.mark.parametrize("damaged", ["no json", "[1]", '{"cpu|default": "fast"}'])
def test_damaged_speeds_are_ignored(no_speeds, damaged):
    SPEEDS.write(damaged)
    assert expected_duration_s("default", "cpu", 8.0) is None


def test_ready_line_has_size_heights_and_duration():
    presenter = LabelPresenter(READY)
    assert presenter.ready_text(None) == (
        "Ready: 2.0 Mpx at 0.1 m, surface model, ground estimated."
    )
    assert presenter.ready_text(42.0).endswith(", about 40 s.")


def test_ready_line_counts_the_visible_part_only():
    assert LabelPresenter(replace(READY, area=VIEW, view=CORNER)).megapixels() == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("kind", "words"),
    [("ndsm", "heights above ground"), ("dsm+dtm", "surface model minus terrain model")],
)
def test_way_in_which_heights_are_read_is_named(kind, words):
    state = replace(READY, heights=kind, dtm=HeightsLayer(DSM))
    assert words in LabelPresenter(state).ready_text(None)
    good = [each.sentence for each in LabelPresenter(state).findings() if each.level == "good"]
    assert any(words in sentence for sentence in good)


def test_preview_is_a_run_of_the_view_whatever_area_is_chosen():
    job = LabelPresenter(replace(READY, view=CORNER)).for_preview().job()
    assert job.extent == CORNER
    assert not LabelPresenter(replace(READY, view=(900, 900, 950, 950))).for_preview().can_run()


def test_first_steps_are_shown_until_there_is_an_image():
    assert LabelPresenter(DockState()).is_untouched()
    assert not LabelPresenter(READY).is_untouched()


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({}, "ready"),
        ({"has_engine": False}, "not set up"),
        ({"is_engine_changing": True}, "changing"),
        ({"is_busy": True}, "running"),
    ],
)
def test_state_of_the_engine_is_a_word(change, word):
    assert LabelPresenter(replace(READY, **change)).engine_word() == word


def test_good_state_offers_nothing():
    assert offers(READY) == []


@pytest.mark.parametrize(
    ("change", "action"),
    [
        ({"has_engine": False}, "open_setup"),
        ({"dsm": None, "heightless_model": "image_only"}, "use_model"),
        ({"bands_hint": "swapped?", "chosen_bands": (2, 1, 3)}, "detect_bands"),
        ({"offered_terrain": "dtm"}, "use_terrain"),
    ],
)
def test_one_click_mends(change, action):
    assert offers(replace(READY, **change)) == [action]


def test_zoom_is_offered_where_the_view_misses_the_image():
    assert offers(replace(READY, area=VIEW), visible=None) == ["zoom_image"]
    assert offers(READY, visible=None) == []


def test_detected_bands_are_not_offered_again():
    assert offers(replace(READY, bands_hint="swapped?")) == []


def test_unused_terrain_is_a_doubt():
    found = LabelPresenter(replace(READY, offered_terrain="dtm 2024")).findings()
    doubts = [each.sentence for each in found if each.level == "warning"]
    assert ["'dtm 2024'" in each for each in doubts] == [True]


def test_only_a_failure_has_details_to_copy():
    job = LabelJob(image="/a.tif", output="/out")
    canceled = message_about(Outcome(Canceled(), warnings=("The bands are doubtful.",)), job)
    assert (canceled.level, canceled.details, canceled.warnings) == ("note", "", ())
    failed = message_about(Outcome(Failed("crash", "The engine was killed.")), job)
    assert failed.level == "failure"
    assert "/a.tif" in failed.details
