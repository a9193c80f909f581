# SPDX-License-Identifier: GPL-2.0-or-later
"""Scoring on real scenes: the rule, the overlaps, and bundled models where scenes are at hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from orthoscribe.engine.bench.real_scenes import (
    BUILDING,
    RURAL,
    TREE,
    URBAN,
    overlap,
    rule_labels,
    score_rural,
    score_urban,
)

ROOT = Path(__file__).parents[3] / "shared" / "rasters"


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


@pytest.mark.skipif(not (ROOT / RURAL).exists(), reason="the real scenes are not at hand")
def test_default_model_finds_the_trees_of_a_real_scene_that_it_never_saw():
    found, rule = score_rural(ROOT, "default")
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
