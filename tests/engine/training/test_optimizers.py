# SPDX-License-Identifier: GPL-2.0-or-later
import pytest
import torch
from orthoscribe.engine.architectures import build
from orthoscribe.engine.architectures.crf.rnn import CrfRnn
from orthoscribe.engine.protocol.catalog.recipes import RECIPES, Optimizer, recipe_named
from orthoscribe.engine.training.optimizers import build_optimizer, parameter_groups, set_rate
from torch import nn
from torch.nn import functional


def small_network():
    return nn.Sequential(nn.Conv2d(2, 3, 3), nn.BatchNorm2d(3), nn.ReLU(), nn.Conv2d(3, 2, 1))


def settings_of(network, optimizer):
    """Return the rate and decay of each parameter by its name."""
    groups = {
        id(parameter): (group["lr"], group["weight_decay"])
        for group in optimizer.param_groups
        for parameter in group["params"]
    }
    return {name: groups.get(id(parameter)) for name, parameter in network.named_parameters()}


def test_biases_learn_twice_as_fast_and_never_decay_in_fcn():
    network = small_network()
    found = settings_of(network, build_optimizer(network, recipe_named("fcn_heavy").optimizer, 1.0))
    assert found["0.weight"] == found["3.weight"] == (1.0, 5e-4)
    assert found["0.bias"] == found["3.bias"] == (2.0, 0.0)


def test_shifts_of_batch_norms_are_no_biases():
    network = small_network()
    row = Optimizer("sgd", weight_decay=1.0, bias_rate=2.0, bias_decay=0.0, norm_decay=0.5)
    found = settings_of(network, build_optimizer(network, row, 1.0))
    assert found["1.weight"] == found["1.bias"] == (1.0, 0.5)


def test_everything_decays_alike_in_maggiori():
    network = small_network()
    optimizer = build_optimizer(network, recipe_named("maggiori").optimizer, 0.1)
    assert set(settings_of(network, optimizer).values()) == {(0.1, 5e-4)}
    assert len(optimizer.param_groups) == 1


def test_pretrained_weights_learn_five_times_slower_in_ladder():
    network = small_network()
    row = recipe_named("ladder").optimizer
    found = settings_of(network, build_optimizer(network, row, 5e-4, ["0.weight", "0.bias"]))
    assert found["0.weight"] == found["0.bias"] == (1e-4, 1e-4)
    assert found["3.weight"] == (5e-4, 1e-4)


def test_fixed_weights_are_left_out():
    network = small_network()
    network[0].requires_grad_(False)
    found = settings_of(network, build_optimizer(network, Optimizer("adam"), 1.0))
    assert found["0.weight"] is found["0.bias"] is None
    assert found["3.weight"] is not None


def test_nothing_to_train_is_refused():
    network = small_network().requires_grad_(False)
    with pytest.raises(ValueError, match="frozen"):
        build_optimizer(network, Optimizer("sgd"), 1.0)


def test_unknown_pretrained_weights_are_refused():
    with pytest.raises(ValueError, match=r"features\.0"):
        parameter_groups(small_network(), Optimizer("sgd"), ["features.0"])


def test_recurrent_crf_learns_ten_thousand_times_faster():
    network = nn.Sequential(nn.Conv2d(2, 2, 1), CrfRnn(2))
    found = settings_of(network, build_optimizer(network, Optimizer("sgd"), 1e-8))
    assert found["1.smooth_weights"][0] == pytest.approx(1e-4)
    assert found["1.bilateral_weights"][0] == pytest.approx(1e-4)
    assert found["1.compatibility"][0] == pytest.approx(1e-5)
    assert found["0.weight"][0] == 1e-8


@pytest.mark.parametrize("kind", ["adam", "adamw"])
def test_recurrent_crf_learns_at_the_common_rate_with_adam(kind):
    network = nn.Sequential(nn.Conv2d(2, 2, 1), CrfRnn(2))
    found = settings_of(network, build_optimizer(network, Optimizer(kind), 1e-3))
    assert {rate for rate, _ in found.values()} == {1e-3}


def test_weights_used_twice_step_once():
    shared = nn.Conv2d(2, 2, 1)
    groups = parameter_groups(nn.Sequential(shared, nn.Sequential(shared)), Optimizer("sgd"))
    assert sum(len(group["params"]) for group in groups) == 2


def test_new_rate_keeps_all_factors():
    network = small_network()
    optimizer = build_optimizer(network, recipe_named("fcn_heavy").optimizer, 1.0)
    set_rate(optimizer, 0.25)
    found = settings_of(network, optimizer)
    assert (found["0.weight"][0], found["0.bias"][0]) == (0.25, 0.5)


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.name)
def test_every_recipe_trains_every_weight_of_a_network(recipe):
    network = build("maggiori_skip", 4, 3, {"width": "1/8"})
    optimizer = build_optimizer(network, recipe.optimizer, 1e-3)
    found = settings_of(network, optimizer)
    for name, parameter in network.named_parameters():
        assert (found[name] is not None) == parameter.requires_grad


def test_summed_loss_with_a_small_rate_steps_like_a_mean_with_a_larger_one():
    torch.manual_seed(0)
    image, classes = torch.randn(1, 2, 9, 9).double(), torch.randint(0, 2, (1, 9, 9))
    by_sum, by_mean = (nn.Conv2d(2, 2, 1).double() for _ in range(2))
    by_mean.load_state_dict(by_sum.state_dict())
    rate, decay = 1e-3, 0.01
    pixels = classes.numel()
    for network, reduction, row, learning_rate in (
        (by_sum, "sum", Optimizer("sgd", 0.9, decay), rate),
        (by_mean, "mean", Optimizer("sgd", 0.9, decay / pixels), rate * pixels),
    ):
        optimizer = build_optimizer(network, row, learning_rate)
        for _ in range(3):
            optimizer.zero_grad()
            functional.cross_entropy(network(image), classes, reduction=reduction).backward()
            optimizer.step()
    torch.testing.assert_close(by_sum.weight, by_mean.weight)
