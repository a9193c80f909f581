import random

import pytest
from orthoscribe.engine.protocol import (
    OPEN_COUNTRY,
    SCENE_FLAWS,
    SCENE_RANGES,
    SCENE_SHARES,
    ranges_text,
)
from orthoscribe.engine.protocol.scene_ranges import DrawnRange

ROWS = (*SCENE_RANGES, *SCENE_FLAWS)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_draws_fill_their_range(row):
    rng = random.Random(3)
    drawn = [row.draw(rng) for _ in range(300)]
    span = row.high - row.low
    assert row.low <= min(drawn) < row.low + 0.1 * span
    assert row.high - 0.1 * span < max(drawn) <= row.high


def test_factors_are_drawn_as_often_below_as_above_their_middle():
    rng = random.Random(3)
    factor = DrawnRange("gain", 0.01, 100, "", "", in_logarithm=True)
    below = sum(factor.draw(rng) < 1 for _ in range(400))
    assert 160 < below < 240


@pytest.mark.parametrize("row", (OPEN_COUNTRY, *SCENE_SHARES), ids=lambda row: row.name)
def test_shares_come_up_as_often_as_they_say(row):
    rng = random.Random(4)
    found = sum(row.draw(rng) for _ in range(2000)) / 2000
    assert found == pytest.approx(row.probability, abs=0.04)


def test_names_are_distinct():
    names = [row.name for row in (*ROWS, OPEN_COUNTRY, *SCENE_SHARES)]
    assert len(set(names)) == len(names)


def test_text_tells_every_row_with_its_limits():
    lines = {line.split()[0]: line for line in ranges_text().splitlines() if line.startswith("  ")}
    assert set(lines) == {row.name for row in (*ROWS, OPEN_COUNTRY, *SCENE_SHARES)}
    for row in ROWS:
        assert f"{row.low:g} to {row.high:g} {row.unit}".rstrip() in lines[row.name]
        assert lines[row.name].endswith(row.meaning)
    assert "35%" in lines["is_out_of_season"]
