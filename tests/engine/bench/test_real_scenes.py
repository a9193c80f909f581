# SPDX-License-Identifier: GPL-2.0-or-later
"""Scoring on real scenes: the rule, the overlaps, and bundled models where scenes are at hand."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pytest
from orthoscribe.engine.bench import real_scenes
from orthoscribe.engine.bench.real_scenes import (
    BUILDING,
    RURAL,
    TREE,
    URBAN,
    RuralScene,
    main,
    overlap,
    rule_labels,
    score_urban,
)
from orthoscribe.tests.scenes import write_raster

ROOT = Path(__file__).parents[4] / "shared" / "rasters"


def test_rule_tells_roofs_from_crowns_by_height_and_greenness():
    nir = np.array([[80, 80, 30, 30, 30, 80]], np.float32)
    red = np.array([[40, 40, 40, 40, 40, 40]], np.float32)
    heights = np.array([[1.5, 0.9, 1.5, 2.5, np.nan, np.nan]], np.float32)
    np.testing.assert_array_equal(rule_labels(nir, red, heights), [[TREE, 0, 0, BUILDING, 0, 0]])


def test_overlap_counts_what_is_known():
    codes = np.array([TREE, TREE, BUILDING, 1, BUILDING, TREE])
    truth = np.array([TREE, 0, BUILDING, BUILDING, TREE, 0])
    known = np.array([True, True, True, True, True, False])
    found = overlap(codes, truth, known)
    assert found.tree == pytest.approx(1 / 3)
    assert found.building == pytest.approx(1 / 3)
    assert found.off_ground == pytest.approx(3 / 5)


@pytest.fixture
def small_root(tmp_path):
    """Return a root with a rural scene of six pixels: two roofs, two crowns, a lawn, no image."""
    folder = tmp_path / RURAL
    folder.mkdir()
    nir, red, alpha = [30, 80, 80, 30, 80, 80], [40] * 6, [255] * 5 + [0]
    image = np.array([nir, red, red, red, alpha], np.uint8)[:, None]
    write_raster(folder / "nir_r_g_b_alpha.tif", image)
    write_raster(folder / "dsm.tif", np.array([[13, 13, 15, 15, 10, 15]], np.float32))
    write_raster(folder / "dtm.tif", np.full((1, 6), 10, np.float32))
    codes = np.array([[1, 1, 2, 2, 3, 2]], np.uint8)
    write_raster(folder / "reference_from_lidar_classes.tif", codes)
    return tmp_path


def test_rule_is_scored_where_image_and_reference_say_something(small_root):
    found = RuralScene(small_root).score_rule()
    assert found == (pytest.approx(1 / 3), pytest.approx(1 / 3), 1.0)


def test_rule_is_asked_once_however_many_models_there_are(small_root, monkeypatch, capsys):
    asked = []

    def counted(*bands):
        asked.append(bands)
        return rule_labels(*bands)

    def labeled(job):
        return np.full((1, 6), TREE if job.dtm else BUILDING, np.uint8)

    monkeypatch.setattr(real_scenes, "rule_labels", counted)
    monkeypatch.setattr(real_scenes, "_labeled", labeled)
    monkeypatch.setattr(sys, "argv", ["real_scenes", str(small_root), "--models", "one,two"])
    main()
    scores = json.loads(capsys.readouterr().out)[RURAL]
    assert list(scores) == ["rule", "one", "one, DSM alone", "two", "two, DSM alone"]
    assert scores["one"]["tree"] == scores["two, DSM alone"]["building"] == pytest.approx(2 / 5)
    assert len(asked) == 1


@pytest.mark.skipif(not (ROOT / RURAL).exists(), reason="the real scenes are not at hand")
def test_default_model_finds_the_trees_of_a_real_scene_that_it_never_saw():
    scene = RuralScene(ROOT)
    found, rule = scene.score_model("default"), scene.score_rule()
    assert rule.tree == pytest.approx(0.909, abs=0.002)
    assert found.tree >= 0.85
    assert found.building > rule.building
    assert found.off_ground >= 0.88


@pytest.mark.skipif(not (ROOT / URBAN).exists(), reason="the real scenes are not at hand")
def test_model_without_heights_finds_most_trees_of_real_streets():
    chips = dict(score_urban(ROOT, "image_only"))
    assert len(chips) == 4
    hits, points = (
        sum(getattr(chip, name) for chip in chips.values()) for name in ("hits", "points")
    )
    assert hits / points >= 0.65
    assert max(chip.tree_share for chip in chips.values()) < 0.3
