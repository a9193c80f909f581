# SPDX-License-Identifier: GPL-2.0-or-later
"""Which parts of a network fine-tuning trains, and which networks it cannot train."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...architectures import build
from ...architectures.crf.with_crf import WithCrf
from ...architectures.uninitialized import blank_weights
from ...protocol import ModelError, row_named

if TYPE_CHECKING:
    from torch import nn

    from ...protocol import ModelCard

FORESTS = ("cnn_rf", "cnn_rf_crf")  # a random forest has no gradient
HIDDEN = "hidden"  # the layer before the scores of the MLP networks


def check_trainable(card: ModelCard) -> None:
    """Check that the model of a card can be fine-tuned.

    Raises:
        ModelError: if it cannot.
    """
    title = row_named(card.architecture).title
    if card.architecture in FORESTS:
        raise ModelError(
            f"The model '{card.name}' ({title}) classifies with a random forest, which cannot "
            "learn from a few polygons step by step: choose a model of another architecture."
        )
    if card.untrained:
        raise ModelError(
            f"The model '{card.name}' has layers with random weights ({card.untrained[0]}, ...): "
            "train it before it is fine-tuned, or choose another model."
        )


def trained_part(network: nn.Module) -> nn.Module:
    """Return the part of a network that fine-tuning trains.

    A CRF keeps its parameters: they describe how classes meet at edges, not what the classes look
    like, and twenty polygons have next to no edges to learn them from.
    """
    return network.unary if isinstance(network, WithCrf) else network


def class_axes(card: ModelCard) -> dict[str, tuple[int, ...]]:
    """Return the axes of the weights whose length is the number of classes, by tensor name.

    A network with one more class is built to see which shapes differ.

    Raises:
        ModelError: if an axis is longer by another number than one, so it is not a list of classes.
    """
    classes = len(card.legend)
    with blank_weights():
        small, large = (
            build(card.architecture, card.channels, classes + more, card.options).state_dict()
            for more in (0, 1)
        )
    axes = {}
    for name, tensor in small.items():
        grown = [axis for axis, n in enumerate(tensor.shape) if large[name].shape[axis] != n]
        if any(
            (tensor.shape[axis], large[name].shape[axis]) != (classes, classes + 1)
            for axis in grown
        ):
            raise ModelError(
                f"The model '{card.name}' mixes its classes in layers of their own "
                f"({name}), so it cannot get a new class: choose a model of another architecture."
            )
        if grown:
            axes[name] = tuple(grown)
    return axes


def trunk_names(network: nn.Module, classes: int) -> set[str]:
    """Return the names of the parameters before the layers that score.

    Layers that score have one output for each class; the hidden layer before them counts as well.

    Args:
        network: network or the part of it that is trained.
        classes: number of classes.
    """
    scoring = set()
    for name, module in network.named_modules():
        outputs = getattr(module, "out_channels", getattr(module, "out_features", 0))
        if outputs == classes or name.rpartition(".")[2] == HIDDEN:
            scoring |= {f"{name}.{own}" for own, _ in module.named_parameters()}
    return {name for name, _ in network.named_parameters()} - scoring
