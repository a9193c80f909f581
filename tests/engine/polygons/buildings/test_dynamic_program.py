from itertools import combinations, pairwise, product

import numpy as np
from orthoscribe.engine.polygons.buildings.directed import allowed_angles, chain_of
from orthoscribe.engine.polygons.buildings.dynamic_program import FREE, cut_chains
from orthoscribe.engine.polygons.buildings.moments import (
    Moments,
    least_squared_distance,
    mean_and_scatter,
)
from orthoscribe.engine.polygons.buildings.samples import Samples
from orthoscribe.engine.polygons.buildings.settings import OutlineSettings

SETTINGS = OutlineSettings(edge_price_m3=0.6)


def random_chain(seed, candidates):
    rng = np.random.default_rng(seed)
    steps = rng.choice([(1, 0), (0, 1), (1, 1), (1, 0.3)], size=5 * (candidates - 1))
    points = np.cumsum(steps + rng.normal(0, 0.2, steps.shape), axis=0)
    nowhere = np.zeros(len(points), bool)
    moments = Moments.of(Samples(points, np.ones(len(points)), nowhere, nowhere), 1.0)
    at = np.linspace(0, len(points), candidates).astype(int)
    return chain_of(moments.until(at), allowed_angles((0.0,)), 0.6, SETTINGS)


def edge_cost(chain, first, last, state):
    _, scatter = mean_and_scatter(chain.moments[last] - chain.moments[first])
    squared = least_squared_distance(scatter) if state == FREE else scatter @ chain.factors[state]
    return max(squared, 0) + chain.prices[state]


def cheapest(chain):
    """The cost of the best of all cuts, each tried."""
    last = len(chain.moments) - 1
    best = np.inf
    for count in range(last):
        for inner in combinations(range(1, last), count):
            breaks = (0, *inner, last)
            for states in product((0, 1, 4, 5, FREE), repeat=count + 1):
                if any(a == b != FREE for a, b in pairwise(states)):
                    continue
                edges = zip(breaks, breaks[1:], states, strict=False)
                best = min(best, sum(edge_cost(chain, *edge) for edge in edges))
    return best


def test_cut_is_the_cheapest_of_all_also_in_batches_of_mixed_lengths():
    chains = [random_chain(seed, 3 + seed % 4) for seed in range(12)]
    for chain, cut in zip(chains, cut_chains(chains), strict=True):
        assert np.isclose(cut.cost, cheapest(chain))
        edges = zip(cut.breaks[:-1], cut.breaks[1:], cut.states, strict=True)
        assert np.isclose(cut.cost, sum(edge_cost(chain, *edge) for edge in edges))
        assert cut.breaks[0] == 0
        assert cut.breaks[-1] == len(chain.moments) - 1


def test_chain_longer_than_an_edge_may_span_is_cut_to_its_end():
    (cut,) = cut_chains([random_chain(1, 200)])
    assert cut.breaks[-1] == 199
    assert (np.diff(cut.breaks) > 0).all()


def test_missing_second_pair_is_never_used():
    cuts = cut_chains([random_chain(seed, 40) for seed in range(5)])
    assert not any(np.isin(cut.states, (2, 3)).any() for cut in cuts)
