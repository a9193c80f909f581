# SPDX-License-Identifier: GPL-2.0-or-later
"""Final network of a run: parts without gradient training are added, such as a random forest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...architectures import build
from ...architectures.maggiori.cnn_rf import CnnRf
from ..forest import ForestSettings, fit_forest
from .weight_transfer import transfer_weights

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from torch import nn

    from ...protocol import ModelCard
    from ..samples import Batch
    from ..scene_patches import ScenePatches
    from .loop import Trained


def finish_network(
    trained: Trained, card: ModelCard, scenes: Sequence[ScenePatches], patch_px: int, seed: int
) -> nn.Module:
    """Return the network of a card, in evaluation mode.

    Args:
        trained: network after the last stage, of the architecture of the card or of the one that it
            extends.
        card: card of the model.
        scenes: scenes to fit the forest on, if the architecture has one.
        patch_px: edge of a patch in pixels.
        seed: random seed of the forest.
    """
    network = trained.network
    if trained.architecture != card.architecture:
        network = build(card.architecture, card.channels, len(card.legend), card.options)
        transfer_weights(network, card.architecture, trained.network, trained.architecture)
        network.to(next(trained.network.parameters()).device)
    if isinstance(network, CnnRf):
        fit_forest(network, ScenePool(scenes), ForestSettings(patch_px=patch_px), seed)
    return network.eval()


class ScenePool:
    """Draws patches from several scenes with equal probability."""

    def __init__(self, scenes: Sequence[ScenePatches]) -> None:
        self._scenes = tuple(scenes)

    def draw(self, rng: np.random.Generator, patches: int, edge_px: int) -> Batch:
        """Return patches of one random scene."""
        return self._scenes[rng.integers(len(self._scenes))].draw(rng, patches, edge_px)

    def renew(self) -> None:
        """Do nothing: all patches come from the same scenes."""
