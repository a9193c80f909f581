# SPDX-License-Identifier: GPL-2.0-or-later
"""The training loop on a pool of views: it learns at sampled cells, repeats itself, and stops."""

import numpy as np
import pytest
import torch
from orthoscribe.engine.architectures import build
from orthoscribe.engine.protocol import EngineError, Normalization
from orthoscribe.engine.training.batches import Batches
from orthoscribe.engine.training.bundled.settings import RunSettings
from orthoscribe.engine.training.class_weights import class_shares, class_weights
from orthoscribe.engine.training.processes import Processes
from orthoscribe.engine.training.schedules import warm_cosine
from orthoscribe.engine.training.stage_loop import train_stage
from orthoscribe.engine.training.steps import StageTraining
from orthoscribe.engine.training.view_pool import ViewPool
from orthoscribe.engine.training.views import View

SETTINGS = RunSettings(
    steps=12, patches=4, patch_px=32, cells=64, warm_steps=2, averaging=0.5, steps_per_view=5
)


def two_halves(rng):
    """Return a view whose class can be read off its first channel."""
    classes = np.zeros((48, 48), np.uint8)
    classes[:, rng.integers(10, 38) :] = 1
    noise = rng.standard_normal((4, 48, 48))
    noise[0] = 0.2 * noise[0] + 2.0 * classes
    return View(noise.astype(np.float16), classes)


def begun():
    """Return a new training and its patches."""
    torch.manual_seed(1)
    torch.set_num_threads(1)
    rng = np.random.default_rng(1)
    pool = ViewPool(lambda _: two_halves(rng), 3, SETTINGS.steps_per_view)
    recipe = SETTINGS.recipe
    training = StageTraining(
        build("maggiori_mlp", 4, 2),
        recipe,
        recipe.stages[0],
        SETTINGS.steps,
        class_weights=class_weights(class_shares(pool.at(0), 2)),
    )
    return training, Batches(pool.at, Normalization(), 1, Processes())


def run():
    training, batches = begun()
    return training, list(train_stage(training, batches))


@pytest.fixture(scope="module")
def done():
    return run()


def test_loop_learns_a_plain_rule(done):
    _, results = done
    losses = [result.loss for result in results]
    assert [result.done for result in results] == list(range(1, 13))
    assert np.mean(losses[-3:]) < 0.5 * np.mean(losses[:2])
    rates = [SETTINGS.learning_rate * warm_cosine(step, 12, 2) for step in range(12)]
    assert [result.learning_rate for result in results] == pytest.approx(rates)


def test_averaged_network_is_ready_to_label(done):
    network = done[0].trained
    assert not network.training
    view = two_halves(np.random.default_rng(9))
    image = torch.from_numpy(view.channels.astype(np.float32))[None]
    with torch.inference_mode():
        labels = network(image)[0].argmax(0).numpy()
    assert (labels == view.classes).mean() > 0.8


def test_loop_repeats_itself_bit_for_bit(done):
    again = run()[0].trained.state_dict()
    for name, value in done[0].trained.state_dict().items():
        assert torch.equal(value, again[name]), name


def test_loop_stops_before_a_step_that_is_not_wanted():
    training, batches = begun()
    answers = iter([True, True, False])
    results = list(train_stage(training, batches, goes_on=lambda: next(answers)))
    assert [result.done for result in results] == [1, 2]
    assert training.done == 2


def test_loss_that_is_no_number_is_refused_with_its_step():
    training, batches = begun()
    with torch.no_grad():
        next(training.network.parameters()).fill_(float("nan"))
    with pytest.raises(EngineError, match="after 8 steps"):
        list(train_stage(training, batches, steps_before=7))


def test_rate_rises_once_and_falls_to_nothing():
    shares = [warm_cosine(step, 100, 10) for step in range(101)]
    assert np.argmax(shares) in (9, 10)
    assert (np.diff(shares[:10]) > 0).all()
    assert (np.diff(shares[10:]) < 0).all()
    assert shares[-1] == pytest.approx(0)
