# SPDX-License-Identifier: GPL-2.0-or-later
import pytest
import torch
from orthoscribe.engine.architectures import build
from orthoscribe.engine.training.losses import sampled_cells
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


def test_sampled_loss_over_every_cell_is_the_loss_of_the_cells_pixels(network, monkeypatch):
    image, classes = torch.randn(1, 4, 32, 32), torch.randint(0, 3, (1, 32, 32))
    every_cell = torch.arange(16 * 16)[None]
    monkeypatch.setattr(sampled_cells, "_draw_cells", lambda *_: every_cell)
    scores = half_resolution_scores(network, image)
    expected = functional.cross_entropy(
        functional.interpolate(scores, scale_factor=2, mode="nearest"), classes
    )
    loss = sampled_cells.sampled_loss(network, image, classes, torch.ones(3), 256)
    torch.testing.assert_close(loss, expected, rtol=1e-4, atol=1e-5)


def test_cells_are_drawn_by_the_weight_of_their_class():
    classes = torch.zeros(1, 40, 40, dtype=torch.int64)
    classes[0, :4] = 1
    drawn = sampled_cells._draw_cells(classes, torch.tensor([1.0, 9.0]), 4000)
    assert (drawn < 160).float().mean().item() == pytest.approx(0.5, abs=0.05)
