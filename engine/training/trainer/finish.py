# SPDX-License-Identifier: GPL-2.0-or-later
"""Final network of a run: parts without gradient training are added, such as a random forest."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from ...architectures import build
from ...architectures.maggiori.cnn_rf import CnnRf
from ...protocol.catalog.recipes import Augmentation, Sampling
from ..forest import ForestSettings, fit_forest
from ..patches import draw_patch
from .weight_transfer import transfer_weights

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import nn

    from ...protocol import ModelCard
    from ..scene_patches import ScenePatches
    from .loop import Trained

FOREST_BALANCED_SHARE = 0.5


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
        draw = partial(
            draw_patch,
            sources=scenes,
            sampling=Sampling(1, (patch_px, patch_px), balanced_share=FOREST_BALANCED_SHARE),
            augmentation=Augmentation(turns=True),
            normalization=card.normalization,
        )
        fit_forest(network, draw, ForestSettings(), seed)
    return network.eval()
