# SPDX-License-Identifier: GPL-2.0-or-later
"""The permutohedral lattice: its simplices, its numbers, the filter on it."""

from __future__ import annotations

import pytest
import torch
from orthoscribe.engine.architectures.crf import permutohedral
from orthoscribe.engine.architectures.crf.brute_force import BruteForceFilter
from orthoscribe.engine.architectures.crf.lattice import (
    enclosing_simplices,
    lifting,
    number_points,
)
from orthoscribe.engine.architectures.crf.permutohedral import (
    PermutohedralFilter,
    neighbors,
    with_bridges,
)

every_dimension = pytest.mark.parametrize("dimensions", [1, 2, 3, 5, 6, 7])


@pytest.fixture(autouse=True)
def seed():
    torch.manual_seed(8)


def corner_coordinates(simplices):
    """Return the corners of all simplices, walked step by step, (pixels, d + 1, d + 1)."""
    dimensions = simplices.walk.shape[1]
    here = simplices.first * (dimensions + 1)
    corners = [here]
    for step in simplices.walk.T:
        here = here + 1 - (dimensions + 1) * torch.nn.functional.one_hot(step, dimensions + 1)
        corners.append(here)
    return torch.stack(corners, 1)


@every_dimension
def test_features_are_the_mean_of_their_corners_by_share(dimensions):
    features = torch.randn(500, dimensions, dtype=torch.float64) * 20
    simplices = enclosing_simplices(features)
    assert (simplices.shares > -1e-12).all()
    torch.testing.assert_close(simplices.shares.sum(1), torch.ones(500, dtype=torch.float64))
    corners = corner_coordinates(simplices).double()
    assert (corners.sum(-1) == 0).all()
    mean = (simplices.shares[..., None] * corners).sum(1)
    torch.testing.assert_close(mean, features @ lifting(dimensions))


@every_dimension
def test_lifting_keeps_distances_up_to_its_scale(dimensions):
    rows = lifting(dimensions)
    scale = (dimensions + 1) ** 2 * 2 / 3
    expected = scale * torch.eye(dimensions, dtype=torch.float64)
    torch.testing.assert_close(rows @ rows.T, expected)


@every_dimension
def test_points_have_one_number_each_and_it_grows_by_steps(dimensions):
    simplices = enclosing_simplices(torch.randn(400, dimensions) * 3)
    corners = corner_coordinates(simplices).flatten(0, 1)
    numbers, steps = number_points(simplices)
    _, by_place = corners.unique(dim=0, return_inverse=True)
    _, by_number = numbers.flatten().unique(return_inverse=True)
    pairs = torch.stack([by_place, by_number], 1).unique(dim=0)
    assert len(pairs) == by_place.max() + 1 == by_number.max() + 1
    assert steps.sum() == 0  # once along every axis leads back


def test_numbers_that_wrap_around_still_tell_points_apart():
    features = torch.randn(300, 7) * 3000
    points = corner_coordinates(enclosing_simplices(features)).flatten(0, 1).unique(dim=0)
    assert len(number_points(enclosing_simplices(features)).corners.unique()) == len(points)


def test_neighbors_are_one_step_away_or_missing():
    points = torch.tensor([1, 3, 4, 8, 10, 12])
    assert neighbors(points, torch.tensor(2)).tolist() == [
        [6, 1], [0, 6], [6, 6], [6, 4], [3, 5], [4, 6], [6, 6],
    ]  # fmt: skip
    back = neighbors(points, torch.tensor(-2))
    assert torch.equal(back, neighbors(points, torch.tensor(2)).flip(1))


def test_bridges_lie_between_two_points():
    points = torch.tensor([100, 104, 150])
    assert with_bridges(points, torch.tensor([2, 30])).tolist() == [100, 102, 104, 150]


def test_bridges_are_the_same_found_at_once_or_in_ranges(monkeypatch):
    corners, steps = number_points(enclosing_simplices(torch.randn(300, 6) * 3))
    points = corners.unique()
    around = torch.cat([points + step for step in torch.cat([steps, -steps])])
    found, counts = around.unique(return_counts=True)
    expected = torch.cat([points, found[counts > 1]]).unique()
    for count in (7, 300, 10**6):
        monkeypatch.setattr(permutohedral, "POINTS_AT_ONCE", count)
        assert torch.equal(with_bridges(points, steps), expected)


@pytest.mark.parametrize("bridges", [False, True])
@pytest.mark.parametrize(("dimensions", "worst"), [(2, 0.01), (3, 0.01), (5, 0.03), (6, 0.04)])
def test_filter_takes_nearly_the_mean_of_brute_force(dimensions, worst, bridges):
    features = torch.rand(2000, dimensions) * 3
    values = torch.cat([torch.rand(2000, 3), torch.ones(2000, 1)], 1)
    found = PermutohedralFilter(features, bridges=bridges)(values)
    exact = BruteForceFilter(features)(values)
    assert (found / found[:, 3:] - exact / exact[:, 3:]).abs().max() < worst


def test_filter_leaves_far_pixels_alone():
    features = torch.arange(9.0)[:, None].expand(9, 3) * 40
    values = torch.eye(9)
    found = PermutohedralFilter(features)(values)
    assert torch.equal(found != 0, torch.eye(9, dtype=torch.bool))


def test_filter_of_like_pixels_gives_all_the_same():
    found = PermutohedralFilter(torch.full((50, 4), 0.3))(torch.rand(50, 2))
    torch.testing.assert_close(found, found[:1].expand(50, 2))


@pytest.mark.parametrize("bridges", [False, True])
def test_gradient_is_the_transposed_filter(bridges):
    features = torch.randn(30, 4, dtype=torch.float64)
    values = torch.rand(30, 2, dtype=torch.float64, requires_grad=True)
    lattice = PermutohedralFilter(features, bridges=bridges)
    assert torch.autograd.gradcheck(lattice, (values,))


def test_brute_force_is_the_gaussian_of_the_distance():
    features = torch.tensor([[0.0, 0.0], [1.0, 0.0], [1.0, 2.0]])
    found = BruteForceFilter(features)(torch.tensor([[1.0], [0.0], [0.0]]))
    expected = torch.exp(torch.tensor([[0.0], [-0.5], [-2.5]]))
    torch.testing.assert_close(found, expected)
