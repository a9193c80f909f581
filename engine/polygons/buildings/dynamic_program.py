# SPDX-License-Identifier: GPL-2.0-or-later
"""Dynamic program that cuts a chain of samples into straight edges, at the least total cost.

The cost is that of minimum description length: squared distances of the samples from their
edges, integrated along the chain, plus a price for each edge that depends on its direction.
WallEdges begin and end at candidates. Two successive edges may not have the same fixed direction,
so the two best predecessors of each candidate are kept. Chains are solved in batches, all of
them advancing by one candidate at a time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from .moments import WITHIN, least_squared_distance, mean_and_scatter

if TYPE_CHECKING:
    from collections.abc import Sequence

FIXED = 6  # the main pair, the second pair and the diagonals
FREE = FIXED  # number of the state of edges in any direction
LONGEST = 64  # candidates that an edge spans at most
BATCH = 48  # chains solved at once


class SampleChain(NamedTuple):
    """A chain to cut.

    Args:
        moments: prefix moments at each candidate, (m + 1, 7), m > 0.
        factors: factors of the scatter for each fixed direction, (6, 3).
        prices: price of an edge in each fixed direction, and of a free one, (7,); infinite
            for a direction that the building does not have.
        price_beyond: price of a free edge along the end of the data.
    """

    moments: np.ndarray
    factors: np.ndarray
    prices: np.ndarray
    price_beyond: float


class Cut(NamedTuple):
    """A chain that is cut into edges.

    Args:
        breaks: numbers of the candidates where edges begin and end, (e + 1,), from 0 to m.
        states: direction of each edge, 0 to 6, (e,).
        cost: total cost.
    """

    breaks: np.ndarray
    states: np.ndarray
    cost: float


class _Table(NamedTuple):
    """Table of the dynamic program for a batch of chains.

    Args:
        origin: first candidate of the cheapest edge that ends at a candidate in a state,
            (b, m+1, 7).
        ranked: cheapest and second cheapest state of an edge that ends at a candidate, (b, m+1, 2).
        cost: cost of the cheapest way to a candidate, (b, m+1).
    """

    origin: np.ndarray
    ranked: np.ndarray
    cost: np.ndarray


def cut_chains(chains: Sequence[SampleChain]) -> list[Cut]:
    """Return the cheapest cut of each chain."""
    order = sorted(range(len(chains)), key=lambda number: len(chains[number].moments))
    cuts: dict[int, Cut] = {}
    for first in range(0, len(order), BATCH):
        batch = order[first : first + BATCH]
        table = _fill([chains[number] for number in batch])
        for row, number in enumerate(batch):
            cuts[number] = _read(table, row, len(chains[number].moments) - 1)
    return [cuts[number] for number in range(len(chains))]


def _fill(chains: Sequence[SampleChain]) -> _Table:
    """Return the table of chains that are filled up to the length of the longest."""
    count, last = len(chains), max(len(chain.moments) for chain in chains) - 1
    span = min(LONGEST, last)
    moments = np.stack([_filled(chain.moments, span, last) for chain in chains])
    factors = np.stack([chain.factors.T for chain in chains])
    prices = np.stack([chain.prices for chain in chains])[:, None]
    beyond = np.array([[chain.price_beyond] for chain in chains])
    row = np.arange(count)
    before = np.full((count, span + last + 1, FIXED + 1), np.inf)
    before[:, span] = 0
    table = _Table(
        np.zeros((count, last + 1, FIXED + 1), np.int64),
        np.zeros((count, last + 1, 2), np.int64),
        np.zeros((count, last + 1)),
    )
    for end in range(1, last + 1):
        here = np.s_[:, end : end + span]
        stretch = moments[:, end + span, None] - moments[here]
        total = _edge_costs(stretch, factors, prices, beyond) + before[here]
        nearest = total.argmin(axis=1)
        cheapest = np.take_along_axis(total, nearest[:, None], axis=1)[:, 0]
        first, second = np.argpartition(cheapest, 1, axis=1)[:, :2].T
        table.origin[:, end] = nearest + end - span
        table.ranked[:, end] = np.column_stack((first, second))
        table.cost[:, end] = cheapest[row, first]
        before[:, end + span] = cheapest[row, first, None]
        repeats = np.where(first == FREE, first, second)
        before[row, end + span, first] = cheapest[row, repeats]
    return table


def _filled(moments: np.ndarray, span: int, last: int) -> np.ndarray:
    """Return the moments with `span` rows in front, and rows at the end up to `last`."""
    return np.pad(moments, ((span, last + 1 - len(moments)), (0, 0)), mode="edge")


def _edge_costs(
    stretch: np.ndarray, factors: np.ndarray, prices: np.ndarray, beyond: np.ndarray
) -> np.ndarray:
    """Return the cost of one edge over each stretch in each state, (b, s, 7)."""
    _, scatter = mean_and_scatter(stretch)
    costs = np.empty((*stretch.shape[:2], FIXED + 1))
    np.maximum(scatter @ factors, 0, out=costs[..., :FIXED])
    costs[..., FREE] = least_squared_distance(scatter)
    costs += prices
    is_beyond = stretch[..., WITHIN] < 1e-6
    costs[..., FREE] -= np.where(is_beyond, prices[..., FREE] - beyond, 0)
    return costs


def _read(table: _Table, row: int, end: int) -> Cut:
    """Return the cheapest way to the last candidate of one chain, followed backward."""
    cost = float(table.cost[row, end])
    breaks, states = [end], []
    state = int(table.ranked[row, end, 0])
    while end > 0:
        end = int(table.origin[row, end, state])
        breaks.append(end)
        states.append(state)
        first, second = table.ranked[row, end].tolist()
        state = second if first == state != FREE else first
    return Cut(np.array(breaks[::-1]), np.array(states[::-1]), cost)
