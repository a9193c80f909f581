# SPDX-License-Identifier: GPL-2.0-or-later
import pytest
import torch
from orthoscribe.engine.architectures import build
from orthoscribe.engine.metrics import IGNORED
from orthoscribe.engine.protocol.catalog.recipes import CrossEntropy
from orthoscribe.engine.training.losses import heads_loss, objective_of, sampled_cells
from torch import nn
from torch.nn import functional


@pytest.fixture
def network():
    torch.manual_seed(0)
    return build("maggiori_mlp", 4, 3).eval()


def half_resolution_scores(network, image):
    """Return what the network's own forward has just before its last upsampling."""
    found = []
    hook = network.score.register_forward_hook(lambda _m, _i, scores: found.append(scores))
    network(image)
    hook.remove()
    return found[0]


def test_scores_at_cells_equal_those_of_the_whole_network(network):
    image = torch.randn(2, 4, 64, 48)
    whole = half_resolution_scores(network, image).flatten(2)
    cells = torch.stack([torch.randperm(32 * 24) for _ in range(2)])
    sampled = sampled_cells._scores_at(network, image, cells)
    torch.testing.assert_close(
        sampled, whole.gather(2, cells[:, None].expand(-1, 3, -1)), rtol=1e-4, atol=1e-5
    )


def test_loss_over_every_cell_is_the_loss_of_the_cells_pixels(network):
    image, classes = torch.randn(1, 4, 32, 32), torch.randint(0, 3, (1, 32, 32))
    every_cell = torch.arange(16 * 16)[None]
    scores = half_resolution_scores(network, image)
    expected = functional.cross_entropy(
        functional.interpolate(scores, scale_factor=2, mode="nearest"), classes
    )
    truths = {"main": sampled_cells.classes_at(classes, every_cell)}
    heads = sampled_cells.heads_at(network, image, every_cell)
    loss = heads_loss(heads, truths, objective_of(CrossEntropy()))
    torch.testing.assert_close(loss, expected, rtol=1e-4, atol=1e-5)


def test_cells_are_drawn_by_the_weight_of_their_class():
    classes = torch.zeros(1, 40, 40, dtype=torch.int64)
    classes[0, :4] = 1
    classes[0, 20:] = IGNORED
    drawn = sampled_cells.draw_cells(classes, 4000, torch.tensor([1.0, 4.0]))
    # 2 of 10 labeled rows of cells, with the weight of 8
    assert (drawn < 40).float().mean().item() == pytest.approx(0.5, abs=0.05)
    assert (drawn < 200).all()


def test_cells_of_other_networks_are_refused():
    with pytest.raises(TypeError, match="Conv2d"):
        sampled_cells.heads_at(
            nn.Conv2d(4, 3, 1), torch.zeros(1, 4, 8, 8), torch.zeros(1, 2).long()
        )
