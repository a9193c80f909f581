# SPDX-License-Identifier: GPL-2.0-or-later
from math import exp

import numpy as np
import pytest
from orthoscribe.engine.synthetic.noise import NoiseSource
from orthoscribe.engine.synthetic.survey import REACH_M, measure_surface
from orthoscribe.engine.tiling.window import Window
from orthoscribe.tests.canvases import plain_conditions
from scipy.spatial import cKDTree

SIZE_PX = 160
GSD_M = 0.1
WHOLE = Window(0, 0, SIZE_PX, SIZE_PX)


def measured(truth, openness=None, window=WHOLE, **conditions):
    openness = np.zeros_like(truth) if openness is None else openness
    terrain = np.zeros_like(truth)
    return measure_surface(
        NoiseSource(7), window, truth, openness, terrain, GSD_M, plain_conditions(**conditions)
    )


def numbered():
    """Return a surface whose heights tell where they are."""
    return np.arange(SIZE_PX**2, dtype=np.float32).reshape(SIZE_PX, SIZE_PX)


def rugged(size_px=SIZE_PX):
    rng = np.random.default_rng(0)
    return rng.uniform(0, 10, (size_px // 4,) * 2).repeat(4, 0).repeat(4, 1).astype(np.float32)


def house():
    surface = np.zeros((SIZE_PX, SIZE_PX), np.float32)
    surface[60:100, 50:110] = 8
    return surface


def test_perfect_survey_is_the_truth():
    np.testing.assert_array_equal(measured(rugged(), survey="perfect"), rugged())


@pytest.mark.parametrize(
    ("survey", "deviation_m"), [("perfect", 0), ("lidar", 0.05), ("matched", 0.05)]
)
def test_noise_of_heights_is_as_strong_as_asked(survey, deviation_m):
    plane = np.full((SIZE_PX, SIZE_PX), 50, np.float32)
    found = measured(plane, survey=survey, height_noise_m=0.05)
    assert found.dtype == np.float32
    assert (found - plane).std() == pytest.approx(deviation_m, rel=0.05)


def test_lidar_fills_holes_from_the_nearest_hit():
    found = measured(numbered(), survey="lidar", pulses_m2=4.0).astype(int)
    here = np.stack(np.mgrid[:SIZE_PX, :SIZE_PX], axis=-1).reshape(-1, 2)
    source = np.stack(np.divmod(found.ravel(), SIZE_PX), axis=-1)
    hits = np.unique(source, axis=0)
    assert len(hits) / SIZE_PX**2 == pytest.approx(1 - exp(-4 * GSD_M**2), rel=0.1)
    nearest, _ = cKDTree(hits).query(here)
    np.testing.assert_allclose(np.hypot(*(here - source).T), nearest)


def test_pulses_stray_by_their_footprint():
    found = measured(numbered(), survey="lidar", pulses_m2=2000.0, footprint_m=0.3).astype(int)
    rows, columns = np.divmod(found, SIZE_PX)
    strayed_px = (rows - np.arange(SIZE_PX)[:, None])[20:-20]
    assert strayed_px.std() == pytest.approx(3, rel=0.1)
    assert (columns - np.arange(SIZE_PX))[:, 20:-20].std() == pytest.approx(3, rel=0.1)


def test_crowns_let_pulses_through_and_roofs_do_not():
    surface = np.full((SIZE_PX, SIZE_PX), 10, np.float32)
    means = []
    for openness in (0.0, 0.25, 0.85):
        found = measured(
            surface, np.full_like(surface, openness), survey="lidar", penetration=0.8, pulses_m2=8
        )
        assert found.min() >= 0
        assert found.max() <= 10
        means.append(found.mean())
        # Half of the share that is open shows the ground: there is no second pulse to a pixel.
        assert (found == 0).mean() == pytest.approx(0.5 * 0.8 * openness, abs=0.04)
    assert means[0] == 10
    assert 8 < means[1] < 9.9
    assert means[2] < means[1] - 1


def test_more_pulses_see_more_of_a_crown():
    surface = np.full((SIZE_PX, SIZE_PX), 10, np.float32)
    crown = np.full_like(surface, 0.85)
    few, many = (
        measured(surface, crown, survey="lidar", penetration=0.8, pulses_m2=n).mean()
        for n in (10, 1000)
    )
    assert many > few + 1


def test_denser_surveys_are_nearer_to_the_truth():
    wrong_m = [
        np.abs(measured(rugged(), survey="lidar", pulses_m2=pulses) - rugged()).mean()
        for pulses in (2.5, 8, 40, 400)
    ]
    assert wrong_m == sorted(wrong_m, reverse=True)
    assert wrong_m[0] > 5 * wrong_m[-1]


def test_matched_edges_are_smeared():
    found = measured(house(), survey="matched", smear_m=0.5)
    edge = found[80, 40:62]
    assert (np.diff(edge) > 0).all()
    assert ((edge > 0.8) & (edge < 7.2)).sum() >= 8
    assert found[80, 80] == pytest.approx(8, abs=0.01)
    assert found[5, 5] == 0


def test_matched_objects_grow():
    areas_px = [
        (measured(house(), survey="matched", swell_m=swell_m) > 4).sum() for swell_m in (0, 0.3)
    ]
    assert areas_px[0] == pytest.approx(40 * 60, rel=0.02)
    assert areas_px[1] == pytest.approx(46 * 66, rel=0.02)


def test_matched_surfaces_have_blobs():
    found = measured(np.zeros((SIZE_PX, SIZE_PX), np.float32), survey="matched", blobs_m=0.2)
    assert found.std() == pytest.approx(0.2, rel=0.35)
    assert np.abs(np.diff(found)).mean() < 0.25 * found.std()  # wide ones, no noise


@pytest.mark.parametrize("calm_m", [0.0, 1.3])
@pytest.mark.parametrize("height_gsd_m", [0.0, 1.2])
@pytest.mark.parametrize("survey", ["perfect", "lidar", "matched"])
def test_window_of_a_survey_is_measured_alike(survey, height_gsd_m, calm_m):
    size_px = 240
    openness = np.random.default_rng(1).uniform(0, 1, (size_px, size_px)).astype(np.float32)
    flaws = {"footprint_m": 0.1, "smear_m": 0.6, "swell_m": 0.35, "blobs_m": 0.2, "pulses_m2": 3.0}
    flaws |= {"calm_m": calm_m, "height_gsd_m": height_gsd_m}
    truth, whole_px = rugged(size_px), Window(0, 0, size_px, size_px)
    whole = measured(truth, openness, whole_px, survey=survey, **flaws)
    window = Window(17, 9, 215, 220)
    part = measured(truth[window.slices], openness[window.slices], window, survey=survey, **flaws)
    inside = (slice(round(REACH_M / GSD_M), -round(REACH_M / GSD_M)),) * 2
    assert part[inside].size > 2000
    np.testing.assert_allclose(part[inside], whole[window.slices][inside], atol=1e-4)


def test_smoothing_takes_small_bumps_and_keeps_roofs():
    surface = house()
    surface[20:23, 20:23] = 5
    found = measured(surface, survey="lidar", pulses_m2=4000.0, calm_m=1.0)
    assert found[15:30, 15:30].max() < 0.5
    assert found[80, 80] == pytest.approx(8, abs=0.05)
    edge = found[80, 40:62]
    assert ((edge > 0.8) & (edge < 7.2)).sum() >= 8


def test_coarse_heights_are_means_of_cells_and_interpolated():
    surface = numbered()
    found = measured(surface, survey="lidar", pulses_m2=1e9, height_gsd_m=0.8)
    cells = surface.reshape(20, 8, 20, 8).mean((1, 3))
    inner = (slice(1, -1), slice(1, -1))  # those at the edge of the scene have no neighbor
    between = (found[3::8] + found[4::8]) / 2
    centers = (between[:, 3::8] + between[:, 4::8]) / 2
    np.testing.assert_allclose(centers[inner], cells[inner], rtol=1e-4)
    bumps = measured(rugged(), survey="lidar", pulses_m2=1e9, height_gsd_m=0.8)
    assert bumps.std() < 0.7 * rugged().std()


def test_matching_finds_open_crowns_too_low_and_roofs_where_they_are():
    surface = np.full((SIZE_PX, SIZE_PX), 10, np.float32)
    openness = np.zeros_like(surface)
    openness[:, SIZE_PX // 2 :] = 0.6
    found = measured(surface, openness, survey="matched", penetration=1.0)
    roof, crown = found[:, : SIZE_PX // 2 - 10], found[:, SIZE_PX // 2 + 10 :]
    np.testing.assert_allclose(roof, 10, atol=1e-3)
    assert 6 < crown.mean() < 8.5
    assert crown.std() > 0.5
    assert 4 < crown.min() < crown.max() <= 10.001
