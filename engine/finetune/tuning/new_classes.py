# SPDX-License-Identifier: GPL-2.0-or-later
"""Rows for new classes in the layers that score.

A new class starts with the weights of its parent, the class that the base model sees most where the
new class was drawn. Both share the parent's probability, so all other scores stay the same.

    F. Cermelli et al., Modeling the Background for Incremental Learning in Semantic Segmentation,
    CVPR 2020 (MiB).
"""

from __future__ import annotations

from collections import Counter
from math import log
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import nn

from ...architectures import build
from ...architectures.bilinear import LearnedUpsample
from ...architectures.crf.rnn import CrfRnn
from ...architectures.uninitialized import blank_weights
from ...protocol import InputError, ModelError, row_named
from .trainable import class_axes, trained_part

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from torch import Tensor

    from ...protocol import Legend, ModelCard
    from ..labels.label_polygon import LabelPolygon

LEAST_POLYGONS = 5
TOLERANCE = 1e-3


def parents_of(
    counts: np.ndarray, polygons: Sequence[LabelPolygon], legend: Legend, old_classes: int
) -> dict[int, int]:
    """Return the parent of each new class, by class index.

    Args:
        counts: pixels of each class of the base model in each polygon, (polygons, old classes).
        polygons: the polygons, of all classes.
        legend: legend of the new model, the old classes first.
        old_classes: number of classes of the base model.

    Raises:
        InputError: if a new class has fewer than `LEAST_POLYGONS` polygons.
    """
    drawn = np.array([polygon.class_index for polygon in polygons], int)
    parents = {}
    for index in range(old_classes, len(legend)):
        own = drawn == index
        if own.sum() < LEAST_POLYGONS:
            raise InputError(
                f"The new class '{legend.classes[index].title}' has {own.sum()} polygons: draw at "
                f"least {LEAST_POLYGONS}, in different places."
            )
        shares = counts[own] / np.maximum(counts[own].sum(axis=1, keepdims=True), 1)
        parents[index] = int(shares.sum(axis=0).argmax())
    return parents


def with_new_classes(base: nn.Module, card: ModelCard, parents: Mapping[int, int]) -> nn.Module:
    """Return the network with rows for new classes after those of the old ones.

    Args:
        base: network of the base model, in evaluation mode.
        card: card of the base model.
        parents: index of the parent of each new class, by the index of the new class; the new ones
            follow the old ones without gap.

    Raises:
        ModelError: if the architecture mixes classes, so that old scores would change.
    """
    old = len(card.legend)
    if sorted(parents) != list(range(old, old + len(parents))):
        raise ValueError("New classes must follow the old ones without a gap.")
    axes = class_axes(card)
    before = base.state_dict()
    with blank_weights():
        network = build(card.architecture, card.channels, old + len(parents), card.options)
    tensors = {
        name: _grown(tensor.clone(), axes.get(name, ()), parents, inputs=_input_axis(base, name))
        for name, tensor in before.items()
    }
    network.load_state_dict(tensors, assign=True)
    network.eval()
    halved = _halved_biases(network, base, card, axes, parents)
    if not halved:
        raise ModelError(
            f"The model '{card.name}' ({row_named(card.architecture).title}) cannot get a new "
            "class without a change of its other classes: choose a model of another architecture."
        )
    return network


def _grown(
    tensor: Tensor, axes: Sequence[int], parents: Mapping[int, int], *, inputs: int | None
) -> Tensor:
    """Return a tensor with entries of new classes, copies of those of their parents.

    A layer from scores of classes to scores of classes reads the new class where it read its parent
    for the parent, and nowhere else, so no class is counted twice.

    Args:
        tensor: weights or biases of a layer.
        axes: its axes along the classes.
        parents: index of the parent of each new class.
        inputs: axis of the scores that such a layer reads; None for a layer that reads
            probabilities, which the new class shares with its parent.
    """
    grown = tensor
    for axis in axes:
        rows = [grown.select(axis, parent).unsqueeze(axis) for parent in parents.values()]
        grown = torch.cat([grown, *rows], dim=axis)
    if len(axes) < 2 or inputs is None:
        return grown
    by_input = grown.movedim((inputs, axes[0] + axes[1] - inputs), (0, 1))  # a view
    for one, parent in parents.items():
        own = by_input[one, parent].clone()
        by_input[one] = 0
        by_input[parent, one] = 0
        by_input[one, one] = own
    return grown


def _input_axis(network: nn.Module, name: str) -> int | None:
    """Return the axis of a layer's weights along its input; None for those of a CRF."""
    layer = network.get_submodule(name.rpartition(".")[0])
    if isinstance(layer, CrfRnn):
        return None
    return 0 if isinstance(layer, nn.ConvTranspose2d | LearnedUpsample) else 1


def _halved_biases(
    network: nn.Module,
    base: nn.Module,
    card: ModelCard,
    axes: Mapping[str, Sequence[int]],
    parents: Mapping[int, int],
) -> bool:
    """Lower the biases of parents and new classes so that they share the parents' probability.

    Networks that add the scores of several layers get it in the first layer that suffices.

    Returns:
        Whether all other scores of the network are those of the base.
    """
    sharing = Counter(parents.values())
    family = {**{parent: parent for parent in sharing}, **parents}
    biases = [name for name, own in axes.items() if own == (0,) and name.endswith("bias")]
    state = network.state_dict()
    edge_px = 4 * row_named(card.architecture).geometry(card.options).stride_px
    image = torch.randn(
        1, card.channels, edge_px, edge_px, generator=torch.Generator().manual_seed(0)
    )
    old = len(card.legend)
    expected = _scores(base, image)
    if not _agree(_scores(network, image)[:, :old], expected):
        return False
    for name in biases:
        kept = state[name].clone()
        for index, parent in family.items():
            state[name][index] -= log(1 + sharing[parent])
        scores = _scores(network, image)
        merged = scores[:, :old].clone()
        for parent in sharing:
            members = [index for index, of in family.items() if of == parent]
            merged[:, parent] = scores[:, members].logsumexp(dim=1)
        if _agree(merged, expected):
            return True
        state[name].copy_(kept)
    return True  # without such a bias, a new class starts with the score of its parent


def _scores(network: nn.Module, image: Tensor) -> Tensor:
    with torch.inference_mode():
        return trained_part(network)(image)


def _agree(scores: Tensor, expected: Tensor) -> bool:
    """Return whether scores (1, C, H, W) agree, except at the border, where padding adds zeros."""
    edge_px = expected.shape[-1] // 4
    inner = (..., slice(edge_px, -edge_px), slice(edge_px, -edge_px))
    scale = max(1.0, float(expected.abs().max()))
    return bool((scores - expected)[inner].abs().max() <= TOLERANCE * scale)
