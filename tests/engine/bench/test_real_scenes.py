# SPDX-License-Identifier: GPL-2.0-or-later
"""Scoring on real scenes: the rule, the scores, versions of heights, and bundled models."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pytest
import rasterio
from orthoscribe.engine.bench.real_scenes import __main__ as command
from orthoscribe.engine.bench.real_scenes.generated import score_generated, summary_of
from orthoscribe.engine.bench.real_scenes.labeled import labeled
from orthoscribe.engine.bench.real_scenes.parks import score_parks
from orthoscribe.engine.bench.real_scenes.scene_folder import (
    KNOWN_GROUND,
    find_scenes,
    read_chip,
)
from orthoscribe.engine.bench.real_scenes.scores import (
    BUILDING,
    CAR,
    IMPERVIOUS,
    LOW_VEGETATION,
    TREE,
    rule_labels,
    scores_of,
)
from orthoscribe.engine.bench.real_scenes.surfaces import versions_of
from orthoscribe.engine.bench.real_scenes.tree_points import score_tree_points
from orthoscribe.engine.protocol import InputError
from orthoscribe.engine.raster.reader import Chip
from orthoscribe.tests.scenes import NORTH_UP, write_raster

ROOT = Path(__file__).parents[4] / "shared" / "rasters"
SIZE_PX = 64


def write_scene(folder, **names):
    """Write a scene of a house, a crown and a lawn with 0.5 m pixels; return its folder."""
    folder.mkdir(parents=True)
    truth = np.full((SIZE_PX, SIZE_PX), LOW_VEGETATION, np.uint8)
    truth[:, :10] = IMPERVIOUS
    truth[20:40, 14:30] = BUILDING
    truth[20:44, 36:60] = TREE
    is_green = np.isin(truth, (LOW_VEGETATION, TREE))
    image = np.stack([np.where(is_green, 120, 60), *[np.full(truth.shape, 60)] * 2])
    heights = np.where(np.isin(truth, (BUILDING, TREE)), 8, 0).astype(np.float32)
    write_raster(folder / names.get("image", "image.tif"), image.astype(np.uint8))
    write_raster(folder / names.get("dsm", "dsm.tif"), heights + 100)
    write_raster(folder / names.get("dtm", "dtm.tif"), np.full_like(heights, 100))
    write_raster(folder / names.get("truth", "truth.tif"), truth)
    return folder


def chip_of(nir, red, heights):
    bands = np.array([nir, red, red], np.float32)[:, None]
    return Chip(bands, np.array([heights], np.float32), np.ones((1, len(nir)), bool))


def test_rule_separates_roofs_from_crowns_by_height_and_greenness():
    chip = chip_of([80, 80, 30, 30, 30, 80], [40] * 6, [1.5, 0.9, 1.5, 2.5, np.nan, np.nan])
    np.testing.assert_array_equal(rule_labels(chip), [[TREE, 0, 0, BUILDING, 0, 0]])


def test_the_rule_finds_its_limit_in_any_balance_of_bands():
    heights = [5.0, 5, 5, 5, 0, 0]
    for gain in (0.5, 1, 2):
        nir = np.array([80, 30, 70, 35, 90, 35]) * gain
        codes = rule_labels(chip_of(nir, [40] * 6, heights))
        np.testing.assert_array_equal(codes, [[TREE, BUILDING, TREE, BUILDING, 0, 0]])


def test_scores_count_what_is_known():
    codes = np.array([[TREE, TREE, BUILDING, CAR, IMPERVIOUS, CAR, CAR, IMPERVIOUS]], np.uint8)
    truth = np.array([[TREE, BUILDING, BUILDING, IMPERVIOUS, IMPERVIOUS, CAR, 0, KNOWN_GROUND]])
    chip = chip_of([1.0] * 8, [1.0] * 8, [8, 8, 8, 0, 0, 1, 9, 0])
    assert scores_of(codes, truth, chip) == {
        "building_iou": pytest.approx(1 / 2),
        "tree_iou": pytest.approx(1 / 2),
        "street_impervious": 0.5,
        "cars_found": 1.0,
        "false_car_of_sealed": 0.5,
        "cars_too_high_px": 1.0,
        "impervious_of_ground": 1.0,
    }
    no_truth = scores_of(codes, np.zeros_like(truth), chip)
    assert np.isnan(no_truth["building_iou"])


def test_scenes_are_found_by_the_names_of_their_files(tmp_path):
    write_scene(tmp_path / "town" / "a")
    other = write_scene(
        tmp_path / "b", image="nir_r_g.tif", dsm="ndsm.tif", truth="reference_codes.tif"
    )
    legend = {"1": "Ground (sealed or not)", "2": "building", "4": "tree / high", "9": "water"}
    (other / "my_legend.json").write_text(json.dumps(legend))
    (tmp_path / "nothing").mkdir()
    found = {scene.name: scene for scene in find_scenes(tmp_path)}
    assert list(found) == ["b", "a"]
    assert found["b"].is_above_ground
    assert found["b"].dtm is None
    assert found["a"].dtm is not None
    codes = found["b"].read_truth()
    assert set(np.unique(codes)) == {0, KNOWN_GROUND, BUILDING, TREE}
    (other / "my_legend.json").write_text("[1]")
    with pytest.raises(InputError, match="not a table of names"):
        list(find_scenes(tmp_path))


def test_scenes_are_read_as_a_model_gets_them(tmp_path):
    write_scene(tmp_path / "a")
    (scene,) = find_scenes(tmp_path)
    chip = read_chip(scene.job(""), tmp_path / "scratch")
    scores = scores_of(rule_labels(chip), scene.read_truth(), chip)
    assert scores["building_iou"] == scores["tree_iou"] == 1


def test_heights_come_in_versions(tmp_path):
    heights = np.zeros((80, 80), np.float32)
    heights[20:60, 20:60] = 10
    heights[:, 70:] = -9999
    dsm = tmp_path / "dsm.tif"
    write_raster(dsm, heights, nodata=-9999.0, transform=NORTH_UP @ NORTH_UP.scale(0.4))
    versions = dict(versions_of(dsm, tmp_path))
    assert list(versions) == ["as given", "smoothed", "0.5 m pixels", "1 m pixels"]
    assert versions["as given"] == dsm
    with rasterio.open(versions["smoothed"]) as source:
        smooth = source.read(1)
        assert source.shape == (80, 80)
    assert (smooth[:, 70:] == -9999).all()
    assert smooth[40, 40] == pytest.approx(10, abs=0.01)
    assert 1 < smooth[40, 20] < 9
    with rasterio.open(versions["1 m pixels"]) as source:
        assert source.res == pytest.approx((1.0, 1.0))
        assert source.shape == (16, 16)
        assert source.read(1)[8, 8] == 10


def test_command_prints_all_scores_of_a_scene(tmp_path, monkeypatch, capsys):
    write_scene(tmp_path / "a")
    given = ["real_scenes", "--folder", str(tmp_path), "--models", "light"]
    monkeypatch.setattr(sys, "argv", given)
    command.main()
    record = json.loads(capsys.readouterr().out)
    assert record["scene"] == "a"
    assert record["as given"]["rule"]["building_iou"] == 1
    assert set(record) == {"scene", "as given", "smoothed", "1 m pixels"}
    assert 0 <= record["as given"]["light"]["moved_by_nir_x0.7"] <= 1
    assert record["smoothed"]["light"]["cars_found"] is None


def test_command_says_when_there_is_no_folder(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["real_scenes", "--folder", str(tmp_path / "none")])
    command.main()
    said = capsys.readouterr()
    assert "no real scene is scored" in said.err
    assert said.out == ""


def test_parks_are_scored_one_by_one_and_together(tmp_path):
    first, second, both = score_parks("light", 2, tmp_path)
    assert (first["park"], second["park"], both["parks"]) == (21, 22, 2)
    for name in ("building_iou", "tree_iou", "street_impervious", "overall_accuracy"):
        low, high = sorted((first[name], second[name]))
        assert 0 < low <= both[name] <= high < 1


def test_generated_scenes_are_scored_and_summed_up(tmp_path):
    rows = list(score_generated("light", 9_000_000, 2, tmp_path))
    assert [row["seed"] for row in rows] == [9_000_000, 9_000_001]
    found = summary_of(rows)
    accuracies = [row["overall_accuracy"] for row in rows]
    assert found["all"]["worst_oa"] == min(accuracies) > 0.5
    assert found["all"]["scenes"] == 2
    assert sum(group["scenes"] for name, group in found.items() if "survey" in name) == 2


RURAL, URBAN = ROOT / "real_rural_nir_dsm_50cm", ROOT / "real_urban_nir_60cm"


@pytest.mark.skipif(not RURAL.exists(), reason="the real scenes are not at hand")
def test_default_model_finds_the_trees_of_a_real_scene_that_it_never_saw(tmp_path):
    scene = next(each for each in find_scenes(ROOT) if each.name == RURAL.name)
    chip, truth = read_chip(scene.job(""), tmp_path), scene.read_truth()
    rule = scores_of(rule_labels(chip), truth, chip)
    found = scores_of(labeled(scene.job("default")), truth, chip)
    assert found["tree_iou"] >= max(0.93, rule["tree_iou"])
    assert found["building_iou"] > rule["building_iou"]
    assert found["cars_too_high_px"] == 0


@pytest.mark.skipif(not URBAN.exists(), reason="the real scenes are not at hand")
def test_model_without_heights_finds_most_trees_of_real_streets():
    chips = dict(score_tree_points(URBAN, "image_only"))
    assert len(chips) == 4
    hits, points = (
        sum(getattr(chip, name) for chip in chips.values()) for name in ("hits", "points")
    )
    assert hits / points >= 0.65
    assert max(chip.tree_share for chip in chips.values()) < 0.3
