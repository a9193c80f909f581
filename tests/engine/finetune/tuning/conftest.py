# SPDX-License-Identifier: GPL-2.0-or-later
"""A small scene in memory with polygons drawn on it, and narrow networks of the catalog."""

import numpy as np
import pytest
import torch
from orthoscribe.engine.architectures import build
from orthoscribe.engine.finetune.labels.label_polygon import LabelPolygon
from orthoscribe.engine.finetune.tuning import TuningScene
from orthoscribe.engine.protocol import ISPRS, ModelCard, Normalization
from orthoscribe.engine.tiling.window import Window

ROLES = ("nir", "red", "green", "height")


class ArraySource:
    """Channels in memory; it counts the windows that were read."""

    def __init__(self, channels):
        self.channels, self.windows = channels, []

    def read(self, window):
        self.windows.append(window)
        values = self.channels[(slice(None), *window.slices)]
        return values, values.any(axis=0)


def scene_of(height=100, width=100, channels=4, seed=0):
    """Return a scene with blobs of color."""
    rng = np.random.default_rng(seed)
    coarse = rng.normal(size=(channels, -(-height // 8), -(-width // 8)))
    fine = coarse.repeat(8, 1).repeat(8, 2)[:, :height, :width].astype(np.float32)
    return TuningScene(ArraySource(fine), height, width)


def square(fid, class_index, row, col, edge=9, scene=0):
    """Return a square polygon."""
    mask = np.ones((edge, edge), bool)
    return LabelPolygon(scene, fid, class_index, Window(row, col, edge, edge), mask, (0, 0), 1.0)


def squares(count=8, classes=4, edge=9):
    """Return squares of the first classes in turn, apart from each other."""
    return tuple(
        square(n, n % classes, 4 + 22 * (n // 4 % 4), 4 + 22 * (n % 4), edge) for n in range(count)
    )


def card_of(architecture, legend=ISPRS, **options):
    """Return the card of an untrained narrow network, as if it were trained."""
    return ModelCard(
        name="small", title="Small", summary="", architecture=architecture, legend=legend,
        roles=ROLES, gsd_range_m=(0.2, 0.2), normalization=Normalization(), license="none",
        weights_sha256="", options={"width": "1/8", **options},
    )  # fmt: skip


def network_of(card):
    """Return the network of a card with random weights and running statistics."""
    torch.manual_seed(3)
    network = build(card.architecture, card.channels, len(card.legend), card.options)
    for module in network.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.running_mean.normal_(std=0.2)
            module.running_var.uniform_(0.5, 2)
    return network.eval()


@pytest.fixture
def tools():
    """Return the makers of scenes, polygons, cards and networks."""

    class Tools:
        scene, square, squares, card, network = (
            staticmethod(each) for each in (scene_of, square, squares, card_of, network_of)
        )
        source = ArraySource

    return Tools
