import numpy as np
from orthoscribe.engine.polygons.buildings.moments import (
    Moments,
    best_angle_deg,
    least_squared_distance,
    mean_and_scatter,
    squared_distances,
)
from orthoscribe.engine.polygons.buildings.samples import Samples


def cloud(seed=3, count=40):
    rng = np.random.default_rng(seed)
    points = rng.normal(size=(count, 2)) @ np.array([[4, 1], [0, 0.5]]) + (500, -300)
    nowhere = np.zeros(count, bool)
    return Samples(points, rng.uniform(0.5, 1, count), nowhere, nowhere)


def test_stretch_that_goes_round_has_the_moments_of_its_samples():
    samples = cloud()
    moments = Moments.of(samples, 1.0)
    mean, scatter = mean_and_scatter(moments.between(np.array(30), np.array(52)))
    chosen = np.arange(30, 52) % 40
    weight = samples.lengths_m[chosen]
    points = samples.points_m[chosen]
    expected = np.average(points, axis=0, weights=weight)
    spread = (points - expected).T * weight @ (points - expected)
    assert np.allclose(mean + moments.center_m, expected)
    assert np.allclose(scatter, (spread[0, 0], spread[0, 1], spread[1, 1]))


def test_best_line_has_the_least_distance_of_all_directions():
    _, scatter = mean_and_scatter(Moments.of(cloud(), 1.0).between(np.array(0), np.array(40)))
    angles = np.arange(0, 180, 0.25)
    distances = squared_distances(angles) @ scatter
    assert abs(angles[distances.argmin()] - best_angle_deg(scatter) % 180) < 0.25
    assert np.isclose(distances.min(), least_squared_distance(scatter), rtol=1e-3)


def test_hidden_samples_weigh_less():
    samples = cloud()
    hidden = samples._replace(is_hidden=np.arange(40) < 20)
    total = Moments.of(hidden, 0.1).prefix[-1, 0]
    lengths = samples.lengths_m
    assert np.isclose(total, 0.1 * lengths[:20].sum() + lengths[20:].sum())
