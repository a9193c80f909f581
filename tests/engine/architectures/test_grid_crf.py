# SPDX-License-Identifier: GPL-2.0-or-later
"""The grid CRF against all labelings of tiny grids, and against the minimum cut of larger ones."""

from __future__ import annotations

from itertools import pairwise
from math import sqrt

import numpy as np
import pytest
import torch
from orthoscribe.engine.architectures import build
from orthoscribe.engine.architectures.maggiori.grid_crf import (
    NEIGHBORS,
    WEIGHT,
    GridCrf,
    neighbor_costs,
)
from scipy.sparse import coo_array
from scipy.sparse.csgraph import breadth_first_order, maximum_flow

GRIDS = 30
UNITS = 100_000  # of energy, as whole numbers for the minimum cut


def problem(number, classes, height, width, spread=2.0):
    torch.manual_seed(number)
    scores = spread * torch.randn(1, classes, height, width, dtype=torch.float64)
    return scores, torch.randn(1, 4, height, width, dtype=torch.float64)


def links(image):
    """Return pairs of flat pixel numbers (pairs, 2) and what each costs, every pair once."""
    height, width = image.shape[-2:]
    costs = WEIGHT * neighbor_costs(image)[0]
    pairs, weights = [], []
    for (down, right), cost in zip(NEIGHBORS[:4], costs, strict=False):
        for row, col in np.ndindex(height, width):
            if row + down < height and 0 <= col + right < width:
                pairs.append((row * width + col, (row + down) * width + col + right))
                weights.append(cost[row, col].item())
    return torch.tensor(pairs), torch.tensor(weights, dtype=torch.float64)


def energies(scores, image, labelings):
    """Return the energy of labelings (n, pixels), (n,)."""
    unary = -scores.log_softmax(1)[0].flatten(1)  # (classes, pixels)
    pairs, weights = links(image)
    different = labelings[:, pairs[:, 0]] != labelings[:, pairs[:, 1]]
    return unary.gather(0, labelings).sum(1) + different.double() @ weights


def all_labelings(classes, pixels):
    return torch.cartesian_prod(*[torch.arange(classes)] * pixels)


def labels(scores):
    return scores.argmax(1).flatten(1)


def free_energy(beliefs, scores, image):
    """Return what mean field lowers: expected energy minus entropy, for beliefs as logarithms."""
    shares = beliefs.exp()[0].flatten(1)  # (classes, pixels)
    pairs, weights = links(image)
    agree = (shares[:, pairs[:, 0]] * shares[:, pairs[:, 1]]).sum(0)
    unary = -scores.log_softmax(1)[0].flatten(1)
    return (shares * (unary + shares.log())).sum() + (weights * (1 - agree)).sum()


def test_costs_fall_with_contrast_and_distance():
    image = torch.tensor([[0.0, 1.0, 3.0], [0.0, 0.0, 0.0]])[None, None]
    costs = neighbor_costs(image)[0]
    squares = [1, 4, 0, 0, 0, 1, 9, 0, 1, 1, 9]  # rows, columns, both diagonals
    mean = sum(squares) / len(squares)
    right, down, slope = (NEIGHBORS.index(way) for way in ((0, 1), (1, 0), (1, 1)))
    assert costs[right, 0, 0].item() == pytest.approx(np.exp(-1 / (2 * mean)))
    assert costs[right, 0, 1].item() == pytest.approx(np.exp(-4 / (2 * mean)))
    assert costs[down, 0, 0].item() == 1
    assert costs[slope, 0, 0].item() == pytest.approx(1 / sqrt(2))


def test_nothing_is_beyond_the_border():
    costs = neighbor_costs(torch.rand(1, 3, 2, 3))[0]
    for (down, right), cost in zip(NEIGHBORS, costs, strict=True):
        for row, col in np.ndindex(2, 3):
            exists = 0 <= row + down < 2 and 0 <= col + right < 3
            assert (cost[row, col].item() > 0) == exists


def test_cost_is_the_same_from_both_sides():
    costs = neighbor_costs(torch.rand(2, 3, 5, 7))
    for way, (down, right) in enumerate(NEIGHBORS[:4]):
        back = costs[:, way + 4]
        moved = torch.roll(costs[:, way], (down, right), (1, 2))
        inside = back > 0
        torch.testing.assert_close(back[inside], moved[inside])


@pytest.mark.parametrize("value", [0.0, 7.0])
def test_even_image_costs_only_the_distance(value):
    costs = neighbor_costs(torch.full((1, 3, 5, 5), value))[0, :, 2, 2]
    torch.testing.assert_close(costs, torch.tensor([1, 1, sqrt(0.5), sqrt(0.5)] * 2))


def test_without_weight_it_is_the_softmax():
    scores, image = problem(1, 5, 6, 7)
    torch.testing.assert_close(GridCrf(weight=0)(scores, image), scores.log_softmax(1))


def test_one_pixel_among_others_gives_in_unless_an_edge_is_around_it():
    scores = torch.zeros(1, 2, 7, 7)
    scores[:, 0], scores[:, 0, 3, 3] = 2.0, -1.0
    even = torch.zeros(1, 1, 7, 7)
    edge = even.clone()
    edge[..., 3, 3] = 1.0
    assert GridCrf()(scores, even)[0, :, 3, 3].argmax() == 0
    assert GridCrf()(scores, edge)[0, :, 3, 3].argmax() == 1


@pytest.mark.parametrize(("height", "width"), [(6, 7), (5, 5), (1, 8), (2, 1)])
def test_free_energy_never_rises(height, width):
    scores, image = problem(4, 3, height, width, spread=0.5)
    falling = [free_energy(GridCrf(sweeps=n)(scores, image), scores, image) for n in range(8)]
    assert all(after <= before + 1e-12 for before, after in pairwise(falling))
    assert falling[-1] < falling[0]


@pytest.mark.parametrize(("classes", "height", "width"), [(2, 3, 4), (3, 3, 3)])
def test_probabilities_and_labels_are_close_to_those_of_all_labelings(classes, height, width):
    every = all_labelings(classes, height * width)
    errors, gaps = [], []
    for number in range(GRIDS):
        scores, image = problem(number, classes, height, width)
        refined = GridCrf()(scores, image)
        found = energies(scores, image, every)
        chances = (-found).softmax(0)
        exact = torch.stack([chances @ (every == land).double() for land in range(classes)])
        pair = (refined, scores.log_softmax(1))  # with neighbors, and without
        errors.append([(exact - each.exp()[0].flatten(1)).abs().mean().item() for each in pair])
        gaps.append([(energies(scores, image, labels(each)) - found.min()).item() for each in pair])
    error, error_without = np.mean(errors, axis=0)
    gap, gap_without = np.mean(gaps, axis=0)
    assert error < 0.01
    assert error < error_without / 5
    assert gap < gap_without / 3


def minimum_cut(scores, image):
    """Return the labels (1, pixels) of least energy for two classes, exactly."""
    unary = (-scores.log_softmax(1)[0].flatten(1) * UNITS).round().int().numpy()
    pairs, weights = links(image)
    both = np.concatenate([pairs.numpy(), pairs.numpy()[:, ::-1]])
    pixels = unary.shape[1]
    source, sink, each = pixels, pixels + 1, np.arange(pixels)
    rows = np.concatenate([both[:, 0], np.full(pixels, source), each])
    cols = np.concatenate([both[:, 1], each, np.full(pixels, sink)])
    smooth = np.tile((weights * UNITS).round().int().numpy(), 2)
    capacities = np.concatenate([smooth, unary[1], unary[0]])
    graph = coo_array((capacities, (rows, cols)), shape=(pixels + 2,) * 2).tocsr()
    rest = graph - maximum_flow(graph, source, sink).flow
    rest.data[rest.data < 0] = 0
    rest.eliminate_zeros()
    first = np.isin(each, breadth_first_order(rest, source, return_predecessors=False))
    return torch.from_numpy(np.where(first, 0, 1))[None]


def test_minimum_cut_finds_the_least_energy_of_all_labelings():
    every = all_labelings(2, 12)
    for number in range(5):
        scores, image = problem(number, 2, 3, 4)
        least = energies(scores, image, every).min().item()
        found = energies(scores, image, minimum_cut(scores, image)).item()
        assert found == pytest.approx(least, abs=1e-3)


def test_labels_of_larger_grids_are_close_to_the_minimum_cut():
    gaps, equal = [], []
    for number in range(5):
        scores, image = problem(number, 2, 24, 24)
        refined, cut = labels(GridCrf()(scores, image)), minimum_cut(scores, image)
        least = energies(scores, image, cut)
        both = torch.cat([refined, labels(scores)])
        gaps.append((energies(scores, image, both) - least).tolist())
        equal.append((refined == cut).double().mean().item())
    gap, gap_without = np.mean(gaps, axis=0)
    assert 0 <= gap < gap_without / 4
    assert np.mean(equal) > 0.95


def test_row_refines_the_scores_of_the_forest_network():
    network = build("cnn_rf_crf", 4, 3, {"width": "1/16"}).eval().requires_grad_(False)
    image = torch.randn(1, 4, 32, 32)
    alone = build("cnn_rf", 4, 3, {"width": "1/16"}).eval().requires_grad_(False)
    alone.load_state_dict(network.state_dict())
    assert torch.equal(network(image), GridCrf()(alone(image), image))
