# SPDX-License-Identifier: GPL-2.0-or-later
"""A forest of scikit-learn and the network's copy of it agree, and a fitted one helps."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from orthoscribe.engine.architectures import build, fold
from orthoscribe.engine.architectures.maggiori.forest import Forest
from orthoscribe.engine.metrics import IGNORED
from orthoscribe.engine.models.bundle import load_bundle, load_network, save_bundle
from orthoscribe.engine.models.store import find_model
from orthoscribe.engine.protocol import Normalization
from orthoscribe.engine.training.forest import ForestSettings, draw_samples, fit_forest, grow
from orthoscribe.engine.training.patches import Patch
from sklearn.ensemble import RandomForestClassifier

FEATURES, TREES = 7, 6
EDGE_PX = 64
QUICK = ForestSettings(patches=6, pixels_per_class=40)


def meadow(rng):
    """Return a patch whose class is where the second band is bright; a strip is not known."""
    channels = rng.normal(0, 0.3, (4, EDGE_PX, EDGE_PX)).astype(np.float32)
    classes = np.zeros((EDGE_PX, EDGE_PX), np.uint8)
    classes[:, EDGE_PX // 2 :] = 2
    channels[1] += np.where(classes == 2, 1.5, -1.5)
    classes[:4] = IGNORED
    return Patch(channels, classes)


def grown(rng, depth, classes=(0, 1, 2), least=1):
    samples = rng.normal(size=(600, FEATURES)).astype(np.float32)
    labels = np.array(classes)[(samples[:, 0] > 0).astype(int) + (samples[:, 3] > 0.4)]
    labels[::9] = classes[0]  # noise, so that leaves are mixed
    forest = RandomForestClassifier(TREES, max_depth=depth, min_samples_leaf=least, random_state=3)
    return forest.fit(samples, labels), samples


def narrow():
    torch.manual_seed(5)
    return build("cnn_rf", 4, 5, {"width": "1/8"})


@pytest.mark.parametrize(("depth", "least"), [(1, 1), (5, 1), (8, 40)])
def test_copied_forest_gives_the_probabilities_of_scikit_learn(depth, least):
    rng = np.random.default_rng(1)
    forest, samples = grown(rng, depth, least=least)
    copy = Forest(FEATURES, 3, TREES, depth=8)
    grow(forest, copy)
    unseen = np.concatenate([samples, rng.normal(size=(2000, FEATURES)).astype(np.float32)])
    found = copy.probabilities(torch.from_numpy(unseen)).numpy()
    np.testing.assert_allclose(found, forest.predict_proba(unseen), rtol=0, atol=1e-6)


def test_samples_on_a_threshold_go_where_scikit_learn_sends_them():
    forest, _ = grown(np.random.default_rng(2), 4)
    copy = Forest(FEATURES, 3, TREES, depth=4)
    grow(forest, copy)
    splits = [tree.tree_ for tree in forest.estimators_]
    edges = np.concatenate([tree.threshold[tree.feature >= 0] for tree in splits])
    near = np.float32(edges)
    steps = [near, np.nextafter(near, np.float32(9)), np.nextafter(near, np.float32(-9))]
    samples = np.repeat(np.concatenate(steps)[:, None], FEATURES, axis=1)
    found = copy.probabilities(torch.from_numpy(samples)).numpy()
    np.testing.assert_allclose(found, forest.predict_proba(samples), rtol=0, atol=1e-6)


def test_class_that_was_never_seen_gets_nothing():
    forest, samples = grown(np.random.default_rng(4), 3, classes=(0, 2, 4))
    copy = Forest(FEATURES, 6, TREES, depth=3)
    grow(forest, copy)
    found = copy.probabilities(torch.from_numpy(samples)).numpy()
    np.testing.assert_allclose(found[:, [0, 2, 4]], forest.predict_proba(samples), atol=1e-6)
    assert not found[:, [1, 3, 5]].any()


@pytest.mark.parametrize(
    "other",
    [
        Forest(FEATURES, 3, TREES + 1, depth=5),
        Forest(FEATURES + 1, 3, TREES, depth=5),
        Forest(FEATURES, 3, TREES, depth=4),
        Forest(FEATURES, 2, TREES, depth=5),
    ],
)
def test_forest_of_another_shape_is_refused(other):
    forest, _ = grown(np.random.default_rng(1), 5)
    with pytest.raises(ValueError, match="grown"):
        grow(forest, other)


def test_samples_are_as_many_of_each_class_and_none_unknown():
    network = narrow().eval()
    samples, classes = draw_samples(network, meadow, QUICK, np.random.default_rng(1))
    assert samples.shape == (6 * 2 * 40, network.forest.features)
    assert np.unique(classes, return_counts=True)[1].tolist() == [240, 240]


def test_fitted_forest_tells_apart_what_the_network_cannot():
    network = narrow()
    patch = meadow(np.random.default_rng(9))
    image, known = torch.from_numpy(patch.channels)[None], patch.classes != IGNORED
    fit_forest(network, meadow, QUICK, seed=1)
    with torch.no_grad():
        network.score.weight.zero_()  # the network itself has no opinion
        found = network(image)[0].argmax(0).numpy()
    assert not network.training
    assert (found == patch.classes)[known].mean() > 0.98


def test_fitting_twice_gives_the_same_forest():
    forests = []
    for _ in range(2):
        network = narrow()
        fit_forest(network, meadow, QUICK, seed=1)
        forests.append(network.forest)
    assert torch.equal(forests[0].threshold, forests[1].threshold)
    assert torch.equal(forests[0].leaves, forests[1].leaves)


def test_patches_without_known_pixels_are_refused():
    def nothing(rng):
        patch = meadow(rng)
        return Patch(patch.channels, np.full_like(patch.classes, IGNORED))

    with pytest.raises(ValueError, match="no labeled pixels"):
        fit_forest(narrow(), nothing, QUICK, seed=1)


def test_fitted_network_is_saved_and_labels_the_same(tmp_path):
    from dataclasses import replace

    card = load_bundle(find_model("default")).card
    card = replace(
        card, architecture="cnn_rf", options={"width": "1/8"}, normalization=Normalization()
    )
    torch.manual_seed(5)
    network = build("cnn_rf", card.channels, len(card.legend), card.options)
    fit_forest(network, meadow, QUICK, seed=1)
    image = torch.from_numpy(meadow(np.random.default_rng(9)).channels)[None]
    loaded = load_network(save_bundle(tmp_path, card, network))
    with torch.no_grad():
        assert torch.equal(loaded(image), network(image))
        torch.testing.assert_close(fold(loaded)(image), network(image), rtol=0, atol=1e-4)
