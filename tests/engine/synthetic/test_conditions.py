# SPDX-License-Identifier: GPL-2.0-or-later
from collections import Counter
from dataclasses import fields

import pytest
from orthoscribe.engine.protocol import SCENE_FLAWS, SCENE_RANGES
from orthoscribe.engine.synthetic import Conditions, conditions_of
from orthoscribe.tests.canvases import plain_conditions

SEEDS = range(300)


def test_the_table_and_the_fields_name_the_same_numbers():
    names = {row.name for row in (*SCENE_RANGES, *SCENE_FLAWS)}
    found = {field.name for field in fields(Conditions)}
    assert found - names == {"lean_azimuth_deg", "survey", "bit_depth"}
    assert names <= found


def test_conditions_are_those_of_the_seed():
    assert conditions_of(5) == conditions_of(5)
    assert conditions_of(5) != conditions_of(6)


def test_drawn_numbers_are_within_the_table():
    off = {"jpeg_quality": 100}  # where it is not so
    off |= dict.fromkeys(("bare_crowns", "penetration", "calm_m", "height_gsd_m"), 0)
    for row in SCENE_RANGES:
        drawn = [getattr(conditions_of(seed), row.name) for seed in SEEDS]
        within = [value for value in drawn if value != off.get(row.name)]
        assert all(row.low <= value <= row.high for value in within)
        assert len(set(within)) > 50


@pytest.mark.parametrize("row", SCENE_FLAWS, ids=lambda row: row.name)
def test_flaws_are_drawn_with_flaws_alone(row):
    assert not any(getattr(conditions_of(seed), row.name) for seed in SEEDS)
    drawn = [getattr(conditions_of(seed, with_flaws=True), row.name) for seed in SEEDS]
    flawed = [value for value in drawn if value]
    assert 0.1 < len(flawed) / len(drawn) < 0.75
    assert all(row.low <= value <= row.high for value in flawed)


def test_flaws_change_nothing_else():
    names = [row.name for row in SCENE_RANGES]
    for seed in SEEDS[:20]:
        clean, flawed = conditions_of(seed), conditions_of(seed, with_flaws=True)
        assert [getattr(clean, name) for name in names] == [getattr(flawed, name) for name in names]
        assert clean.survey == flawed.survey


def test_season_compression_and_survey_vary_as_the_shares_say():
    drawn = [conditions_of(seed) for seed in SEEDS]
    assert 0.25 < sum(one.bare_crowns > 0 for one in drawn) / len(drawn) < 0.45
    assert 0.3 < sum(one.jpeg_quality < 100 for one in drawn) / len(drawn) < 0.5
    assert 0.15 < sum(one.penetration == 0 for one in drawn) / len(drawn) < 0.35
    assert 0.25 < sum(one.calm_m > 0 for one in drawn) / len(drawn) < 0.45
    assert 0.15 < sum(one.height_gsd_m > 0 for one in drawn) / len(drawn) < 0.35
    surveys = Counter(one.survey for one in drawn)
    assert set(surveys) == {"lidar", "matched"}
    assert 0.5 < surveys["lidar"] / len(drawn) < 0.7


@pytest.mark.parametrize("changes", [{"survey": "sonar"}, {"bit_depth": 12}])
def test_what_does_not_exist_is_refused(changes):
    with pytest.raises(ValueError, match=str(next(iter(changes.values())))):
        plain_conditions(**changes)


@pytest.mark.parametrize(
    "changes", [{"noise_dn": -1.0}, {"lean": -0.1}, {"sun_elevation_deg": 0.0}]
)
def test_what_no_day_is_like_is_refused(changes):
    with pytest.raises(ValueError, match=f"{next(iter(changes))} is out of range"):
        plain_conditions(**changes)


def test_gains_are_those_of_exposure_and_balance():
    assert plain_conditions(exposure=2, balance_nir=1.5, balance_green=0.5).gains == (3, 2, 1)


def test_air_scatters_short_waves_most():
    nir, red, green = plain_conditions(haze=0.1).hazes
    assert 0 < nir < red < green == 0.1


def test_plants_scatter_near_infrared_alone():
    assert plain_conditions(stray_nir=0.03).hazes == (0.03, 0, 0)


@pytest.mark.parametrize(
    ("azimuth_deg", "south_east"), [(0, (-1, 0)), (90, (0, 1)), (180, (1, 0)), (270, (0, -1))]
)
def test_images_lean_clockwise_from_north(azimuth_deg, south_east):
    found = plain_conditions(lean_azimuth_deg=azimuth_deg).leaning
    assert found == pytest.approx(south_east, abs=1e-9)
