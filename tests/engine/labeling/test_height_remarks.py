"""What is said about heights that are missing or implausible."""

from __future__ import annotations

import numpy as np
import pytest
from orthoscribe.engine.labeling.height_remarks import missing_remark, range_remark

KINDS = ("dsm", "dsm+dtm", "ndsm")


def town(highest_m=12.0):
    """Return (n,) float32 meters above ground: streets, some houses and trees."""
    random = np.random.default_rng(0)
    streets = random.normal(0, 0.05, 7000)
    return np.concatenate([streets, random.uniform(3, highest_m, 3000)]).astype(np.float32)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("highest_m", [6.0, 30.0, 150.0])
def test_plausible_heights_are_nothing_to_tell(kind, highest_m):
    assert range_remark(town(highest_m), kind) == ""
    assert range_remark(np.empty(0, np.float32), kind) == ""


@pytest.mark.parametrize("kind", KINDS)
def test_centimeters_are_told(kind):
    remark = range_remark(100 * town(), kind)
    assert "2 % of the scene lies more than 1" in remark
    assert "in centimeters or feet" in remark
    assert "Convert them to meters above ground first" in remark
    assert ("sea level" in remark) == (kind == "ndsm")


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("ndsm", "above sea level given as 'ndsm'"),
        ("dsm+dtm", "in different units, or measured from different zero levels"),
        ("dsm", "centimeters or feet"),
    ],
)
@pytest.mark.parametrize("raised_m", [60.0, 700.0])
def test_scene_high_above_its_ground_is_told_with_what_its_kind_may_explain(kind, words, raised_m):
    assert words in range_remark(town() + raised_m, kind)


def test_scene_below_its_ground_is_told():
    remark = range_remark(town() - 30, "dsm+dtm")
    assert "more than 30 m below the ground" in remark
    assert "swapped" in remark


def test_town_that_reaches_down_instead_of_up_is_told():
    remark = range_remark(-town(), "dsm+dtm")
    assert "parts lie more than 11 m below it" in remark
    assert "swapped" in remark


@pytest.mark.parametrize("kind", KINDS)
def test_scene_on_which_nothing_stands_is_told(kind):
    assert "is the DSM a terrain model, or not in meters?" in range_remark(town() / 100, kind)


def test_missing_heights_are_told_with_their_share_and_a_way_out():
    remark = missing_remark(0.376, "dsm")
    assert "About 38 % of what is to be labeled has no height, so it gets no label" in remark
    assert "the DSM has no values there. Give one that covers the whole image" in remark
    assert "(image_only)" in remark
    assert "the nDSM has no values there" in missing_remark(0.376, "ndsm")
    assert "DSM or DTM have no values there. Give ones" in missing_remark(0.376, "dsm+dtm")
    assert missing_remark(0.009, "dsm") == ""
