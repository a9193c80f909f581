# SPDX-License-Identifier: GPL-2.0-or-later
from functools import partial

import numpy as np
import pytest
import torch
from orthoscribe.engine.architectures import build
from orthoscribe.engine.training.fit import FitSettings, fit
from orthoscribe.engine.training.losses import sampled_loss
from orthoscribe.engine.training.samples import ViewPool, rarity_weights
from orthoscribe.engine.training.schedules import warm_cosine
from orthoscribe.engine.training.views import View

SETTINGS = FitSettings(
    steps=12, patches=4, patch_px=32, cells=64, warm_steps=2, averaging=0.5, steps_per_view=5
)


def two_halves(rng):
    """Return a view whose class can be read off its first channel."""
    classes = np.zeros((48, 48), np.uint8)
    classes[:, rng.integers(10, 38) :] = 1
    noise = rng.standard_normal((4, 48, 48))
    noise[0] = 0.2 * noise[0] + 2.0 * classes
    return View(noise.astype(np.float16), classes)


def run_fit():
    torch.manual_seed(1)
    torch.set_num_threads(1)
    rng = np.random.default_rng(1)
    pool = ViewPool(lambda: two_halves(rng), size=3)
    network = build("maggiori_mlp", 4, 2)
    loss_of = partial(
        sampled_loss, class_weights=rarity_weights(pool.class_shares(2), 0.4), cells=SETTINGS.cells
    )
    return list(fit(network, pool, SETTINGS, rng, loss_of))


@pytest.fixture(scope="module")
def results():
    return run_fit()


def test_fit_learns_a_plain_rule(results):
    losses = [result.loss for result in results]
    assert [result.step for result in results] == list(range(1, 13))
    assert np.mean(losses[-3:]) < 0.5 * np.mean(losses[:2])


def test_fit_hands_out_the_averaged_network_ready_to_label(results):
    network = results[-1].network
    assert not network.training
    view = two_halves(np.random.default_rng(9))
    image = torch.from_numpy(view.channels.astype(np.float32))[None]
    with torch.inference_mode():
        labels = network(image)[0].argmax(0).numpy()
    assert (labels == view.classes).mean() > 0.8


def test_fit_repeats_itself_bit_for_bit(results):
    again = run_fit()[-1].network.state_dict()
    for name, value in results[-1].network.state_dict().items():
        assert torch.equal(value, again[name]), name


def test_rate_rises_once_and_falls_to_nothing():
    shares = [warm_cosine(step, 100, 10) for step in range(101)]
    assert np.argmax(shares) in (9, 10)
    assert (np.diff(shares[:10]) > 0).all()
    assert (np.diff(shares[10:]) < 0).all()
    assert shares[-1] == pytest.approx(0)
