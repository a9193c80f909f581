# SPDX-License-Identifier: GPL-2.0-or-later
"""Orthoscribe in a real QGIS: clicked, watched, canceled, killed, closed."""

import os
import re
import time
from pathlib import Path

import pytest
from qgis.PyQt.QtGui import QImage

LEGEND = {
    "Impervious surface": "#dedede",  # not white, to be visible in the legend
    "Building": "#0000ff",
    "Low vegetation": "#00ffff",
    "Tree": "#00ff00",
    "Car": "#ffff00",
    "Clutter": "#ff0000",
}


@pytest.fixture(scope="module")
def labeled(visit):
    return visit("label")


def test_demo_data_becomes_a_styled_group(labeled):
    labeled.assert_is_well()
    facts = labeled.facts
    assert "Done in" in facts["message"]
    assert len(facts["groups"]) == 1
    assert facts["layers"] == [
        "Cars",
        "Road centerlines",
        "Buildings",
        "Roads",
        "Other paved ground",
        "Land cover",
    ]
    assert {label.split(" · ")[0]: color for label, color in facts["classes"]} == LEGEND


def test_demo_data_has_buildings_roads_and_cars(labeled):
    assert {name: count > 0 for name, count in labeled.facts["counts"].items()} == {
        "Buildings": True,
        "Roads": True,
        "Cars": True,
    }


def test_map_shows_the_colors_of_the_classes(labeled):
    colors = histogram(labeled.screenshot("5_classes"))
    total = sum(colors.values()) - colors.get("#ffffff", 0)  # without the empty map around
    for name in ("Building", "Low vegetation", "Tree", "Car"):
        assert colors.get(LEGEND[name], 0) > 0.0005 * total, name
    assert (
        sum(colors.get(color, 0) for color in LEGEND.values()) > 0.85 * total
    )  # edges are blended


def test_results_say_what_they_are_and_the_worst_are_stepped_through(visit):
    seen = visit("results")
    seen.assert_is_well()
    assert sorted(seen.facts["styles"]) == ["Class", "Confidence"]
    for part in ("Building ", "Confidence (%)", "Model", "Image"):
        assert part in seen.facts["tip"]
    counts, names = zip(*seen.facts["steps"], strict=True)
    total = counts[0].split(" of ")[1]
    assert counts == tuple(f"{number} of {total}" for number in (1, 2, 3))
    percents = [int(re.findall(r"(\d+) %", name)[-1]) for name in names]
    assert percents == sorted(percents)


def test_polygons_of_the_view_are_drawn_again_without_labeling(visit, assert_within):
    seen = visit("polygons")
    seen.assert_is_well()
    for name, drawn_s in seen.facts["drawn_s"].items():
        assert_within(f"{name} polygons of {seen.facts['view_mpx']:.1f} Mpx", drawn_s, 1.0)
    assert [name.split(" · ")[0] for name in seen.facts["groups"]] == ["Preview", "Land cover"]
    assert all(least >= 85 for least in seen.facts["least"])
    assert "Done in" in seen.facts["message"]
    for name in ("a_before", "b_regularized", "b_pixels", "c_status", "d_whole"):
        seen.screenshot(name)


def test_dock_tells_what_is_missing_before_anything_is_chosen(labeled):
    assert "Choose an image" in labeled.facts["steps_at_first"]
    for name in ("1_open", "2_demo", "3_running", "4_result"):
        labeled.screenshot(name)


def test_without_an_engine_the_panel_offers_to_set_it_up(visit, tmp_path):
    bare = visit("bare", home=tmp_path)
    bare.assert_is_well()
    assert bare.facts["can_set_up"]
    assert not bare.facts["can_run"]
    assert not bare.facts["can_try_demo"]
    assert str(tmp_path) in bare.facts["engine_text"]
    assert "not set up" in bare.facts["engine_word"]


def test_models_are_listed_by_use_and_added_while_qgis_is_open(visit, tmp_path):
    listed = visit("models", home=tmp_path)
    listed.assert_is_well()
    assert listed.facts["at_first"] == [
        "Image and heights",
        "Image and heights, recommended",
        "Image and heights, most accurate",
        "Image and heights, fast",
        "Image only",
        "Image only, a sketch",
    ]
    assert listed.facts["size"][0] <= 1000
    assert listed.facts["size"][1] <= 580
    for dialog in ("models", "architectures"):
        day, night = (
            QImage(str(listed.screenshot(f"{dialog}_{theme}"))) for theme in ("defau", "Night")
        )
        assert day.pixelColor(3, 3).lightness() > night.pixelColor(3, 3).lightness()


def test_cancel_ends_the_job_and_leaves_nothing(visit, assert_within):
    canceled = visit("cancel")
    canceled.assert_is_well()
    assert canceled.facts["engines"] == 1
    assert_within("cancel", canceled.facts["canceled_s"], 2.0)
    assert canceled.facts["left"] == []
    assert "The run was canceled. Nothing was written." in canceled.facts["message"]


def test_killed_engine_is_told_and_qgis_lives(visit):
    killed = visit("kill")
    killed.assert_is_well()
    assert "The engine was killed" in killed.facts["message"]
    assert killed.facts["can_retry"]


def test_unloading_ends_the_engine_and_loading_brings_the_dock_back(visit, assert_within):
    unplugged = visit("unplug")
    unplugged.assert_is_well()
    assert unplugged.facts["engines"] == []
    assert_within("unloading", unplugged.facts["unload_s"], 3.5)
    assert unplugged.facts["docks"] == 0
    unplugged.screenshot("8_again")


def test_second_run_of_a_view_has_a_warm_engine(visit, assert_within):
    again = visit("again")
    again.assert_is_well()
    first, second = again.facts["runs"]
    assert len(first["engines"]) == 1
    assert first["engines"] == second["engines"]
    assert second["first_label_s"] < first["first_label_s"]
    assert_within("labels of a warm engine", second["first_label_s"], 0.5)
    assert_within("all but the network", second["ended_s"] - second["network_s"], 2.0)
    assert_within("labels of a cold engine", first["first_label_s"], 4.0)


def test_batch_with_blank_cells_succeeds_in_every_row(visit):
    batch = visit("batch")
    batch.assert_is_well()
    assert "failed" not in batch.facts["log"]
    assert "Could not create" not in batch.facts["log"]
    for row in batch.facts["rows"]:
        assert {"classes.tif", "polygons.gpkg", "job.json", "report.json"} <= set(row)


@pytest.fixture(scope="module")
def states(visit):
    return visit("states")


def test_dock_keeps_every_state_within_a_small_screen(states):
    states.assert_is_well()
    assert states.facts["height_beside_toolbox"] <= 768
    assert states.facts["height_in_large_letters"] <= 768
    for name in ("1_empty", "9_done", "b_large_problem", "d_night_done"):
        states.screenshot(name)


def test_dock_starts_without_reproach_and_mends_a_missing_height(states):
    assert not states.facts["reds_at_first"]
    assert "Ready: " in states.facts["ready"]
    assert states.facts["offers"]
    assert "Image only, a sketch" in states.facts["mended_by"]


def test_canceled_run_is_not_called_failed(states):
    assert "Task failed" not in states.facts["bar"]


def test_preview_is_named_so_and_summed_up(states):
    (group,) = states.facts["preview"]
    assert group.startswith("Preview")
    assert states.facts["shares"]
    assert "%)" in states.facts["summary"]
    assert "about" in states.facts["estimate"]


@pytest.fixture(scope="module")
def toolbox(visit):
    return visit("toolbox")


def test_toolbox_labels_with_a_chosen_model_and_loads_polygons_by_default(toolbox):
    toolbox.assert_is_well()
    assert "'MODEL' : 'light'" in toolbox.facts["log"]
    assert {"Buildings", "Cars", "Land cover"} <= set(toolbox.facts["layers"])
    for name in ("label", "train", "compare", "evaluate"):
        toolbox.screenshot(f"dialog_{name}")


def test_log_of_the_toolbox_has_percent_and_no_raw_metrics(toolbox):
    assert " %: " in toolbox.facts["log"]
    assert "building_area_m2" not in toolbox.facts["log"]


def test_step_in_the_model_designer_keeps_the_model(toolbox):
    assert toolbox.facts["designed"] == "default"
    toolbox.screenshot("designer_label")


def test_closing_qgis_ends_the_engine(visit):
    left = visit("leave")
    left.assert_is_well()
    assert not is_alive(left.facts["engine"])


def test_engine_does_not_outlive_a_killed_qgis(visit, assert_within):
    dead = visit("die")
    assert dead.exit_code != 0
    while is_alive(dead.facts["engine"]):
        assert_within("engine of a killed QGIS", time.time() - dead.facts["killed_at_s"], 5.0)
        time.sleep(0.1)


def histogram(path):
    """Return how many pixels of a picture have each color."""
    image = QImage(str(path)).convertToFormat(QImage.Format.Format_RGB32)
    bits = image.constBits()
    bits.setsize(image.sizeInBytes())
    found = {}
    for pixel in memoryview(bytes(bits)).cast("I"):
        found[pixel] = found.get(pixel, 0) + 1
    return {f"#{pixel & 0xFFFFFF:06x}": count for pixel, count in found.items()}


def is_alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"


@pytest.fixture(scope="module")
def corrected(visit):
    return visit("correct")


def test_corrections_are_drawn_with_mouse_and_keys(corrected, assert_within):
    corrected.assert_is_well()
    facts = corrected.facts
    assert facts["drawn"] == [2, 4, 4]
    assert "Taken: " in facts["picked"]
    assert not facts["unsaved"]
    assert not facts["wizard_left"]
    for name, blocked_ms in facts["blocked_ms"].items():
        assert_within(f"window blocked by {name}", blocked_ms / 1000, 0.2)
