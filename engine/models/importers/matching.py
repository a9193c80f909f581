# SPDX-License-Identifier: GPL-2.0-or-later
"""Matching of the tensors of a file with the layers of a network.

Layers are matched in order of computation, so that an error names the first mismatch. Nothing is
guessed: tensors that are not in the tables are rejected.
"""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, NamedTuple

from ...protocol import ModelError
from .first_layer import channels_read
from .interpolation import one_to_one

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from torch import Tensor

    from .table import Places, Spelling, Target, Tensors

COUNTERS = "num_batches_tracked"  # optional counters of batch norms

Layers = dict[str, dict[str, "Tensor"]]  # tensors by layer and kind, such as weight or bias


class Fitted(NamedTuple):
    """Tensors of a file matched with a network.

    Args:
        state: tensors by their names in the network.
        new: layers of the network that are missing in the file.
        dropped: layers of the file that the network does not use.
        scores: whether the file contains the score layer.
    """

    state: Tensors
    new: tuple[str, ...]
    dropped: tuple[str, ...]
    scores: bool


def spelling_of(tensors: Mapping[str, Tensor], target: Target) -> Spelling:
    """Return the spelling that matches most layers of a file, the first one of a tie.

    Raises:
        ModelError: if no layer matches any spelling.
    """

    def matches(spelling: Spelling) -> int:
        return len(set(_layers(spelling.prepare(dict(tensors)))) & set(spelling.names.values()))

    best = max(target.spellings, key=matches)
    if not matches(best):
        raise ModelError(
            f"The file contains none of the expected layers ('{next(iter(tensors))}' is its first "
            f"tensor): choose {' or '.join(one.title for one in target.spellings)}."
        )
    return best


def fit(
    tensors: Mapping[str, Tensor],
    spelling: Spelling,
    target: Target,
    expected: Mapping[str, Tensor],
    roles: tuple[str, ...],
) -> Fitted:
    """Return the tensors of a file matched with a network.

    Args:
        tensors: tensors of the file after `spelling.prepare`.
        spelling: spelling of the file.
        target: target of the architecture.
        expected: tensors of a new network; only their names and shapes are used.
        roles: roles of the network's input channels.

    Raises:
        ModelError: if a tensor is missing, unexpected or of another shape; the first one is named.
    """
    theirs, ours = _layers(tensors), _layers(expected)
    first, prefix = target.first or target.places[0][:1], _prefix(target.places, ours)
    state: Tensors = {}
    used: set[str] = set()
    for part, place in target.places:
        layer, module = spelling.names.get(part), prefix + place
        if layer is None or layer not in theirs or module not in ours:
            if part in target.optional:
                continue
            raise ModelError(f"The file lacks the layer '{layer}' of {spelling.title}.")
        sources = dict(theirs[layer])
        if part in first and "weight" in sources:
            channels = ours[module]["weight"].shape[1]
            sources["weight"] = channels_read(sources["weight"], channels, spelling.inputs, roles)
        _check_kinds(layer, sources, module, ours[module])
        for name, wanted in ours[module].items():
            state[f"{module}.{name}"] = _shaped(sources[name], wanted, f"{layer}.{name}", module)
        used.add(layer)
    dropped = tuple(layer for layer in theirs if layer not in used)
    _check_dropped(dropped, theirs, spelling)
    scores = any(spelling.names.get(part) in used for part in target.scores)
    return Fitted(state, tuple(_new(ours, state)), dropped, scores)


def _layers(tensors: Mapping[str, Tensor]) -> Layers:
    layers: Layers = {}
    for name, tensor in tensors.items():
        layer, _, kind = name.rpartition(".")
        if kind != COUNTERS:
            layers.setdefault(layer, {})[kind] = tensor
    return layers


def _prefix(places: Places, ours: Layers) -> str:
    """Return the prefix of all places if the network is part of another one."""
    first = places[0][1]
    return next((layer[: -len(first)] for layer in ours if f".{layer}".endswith(f".{first}")), "")


def _check_kinds(layer: str, theirs: Iterable[str], module: str, ours: Iterable[str]) -> None:
    """Check that a layer has the same kinds of tensors, such as a bias, as the network's."""
    hint = "build the architecture like that of the file, see --release and --options."
    for kind in ours:
        if kind not in theirs:
            raise ModelError(f"The file lacks '{layer}.{kind}', which '{module}' needs: {hint}")
    for kind in theirs:
        if kind not in ours:
            raise ModelError(
                f"'{layer}.{kind}' of the file has no counterpart in '{module}' of the network: "
                f"{hint}"
            )


def _shaped(source: Tensor, wanted: Tensor, name: str, module: str) -> Tensor:
    """Return a tensor in the wanted shape; a fully connected layer becomes a convolution."""
    shape = tuple(wanted.shape)
    if len(shape) == 4 and tuple(source.shape) == (shape[0], prod(shape[1:])):
        return source.reshape(shape)
    if len(shape) == 4 and shape[1] == 1:
        source = one_to_one(source)
    if tuple(source.shape) != shape:
        raise ModelError(
            f"'{name}' has shape {tuple(source.shape)} in the file, but {shape} in '{module}' of "
            "the network: choose the architecture, options and classes that the file was made for."
        )
    return source


def _check_dropped(dropped: tuple[str, ...], theirs: Layers, spelling: Spelling) -> None:
    """Reject layers that are not in the tables, because the file is of another network."""
    known = set(spelling.names.values())
    for layer in dropped:
        if layer not in known and not f"{layer}.".startswith(spelling.surplus):
            raise ModelError(
                f"'{_name(layer, next(iter(theirs[layer])))}' of the file is not part of "
                f"{spelling.title}: choose the architecture that the file was made for."
            )


def _name(layer: str, kind: str) -> str:
    return f"{layer}.{kind}" if layer else kind


def _new(ours: Layers, state: Tensors) -> Iterable[str]:
    return (layer for layer, kinds in ours.items() if f"{layer}.{next(iter(kinds))}" not in state)
