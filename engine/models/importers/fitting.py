# SPDX-License-Identifier: GPL-2.0-or-later
"""Fitting: the tensors of a file put into the places of one of our networks.

Layers are taken in the order of the computation, so the first tensor that does not fit is the one
to look at. Nothing is guessed: a tensor that the tables do not know is refused.
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

COUNTERS = "num_batches_tracked"  # of batch norms; no file needs to have them

Layers = dict[str, dict[str, "Tensor"]]  # tensors by layer and by what they are in it


class Fitted(NamedTuple):
    """A file's tensors in our network.

    Args:
        state: tensors by our names.
        new: layers of ours that the file lacks.
        dropped: layers of the file that ours has no place for.
        scores: whether the file has the layer that scores.
    """

    state: Tensors
    new: tuple[str, ...]
    dropped: tuple[str, ...]
    scores: bool


def spelling_of(tensors: Mapping[str, Tensor], target: Target) -> Spelling:
    """Return the spelling that most layers of a file follow, the first of equals.

    Raises:
        ModelError: it follows none.
    """

    def known(spelling: Spelling) -> int:
        return len(set(_layers(spelling.prepare(dict(tensors)))) & set(spelling.names.values()))

    best = max(target.spellings, key=known)
    if not known(best):
        raise ModelError(
            f"The file holds none of the layers looked for ('{next(iter(tensors))}' is its first "
            f"tensor): give {' or '.join(one.title for one in target.spellings)}."
        )
    return best


def fit(
    tensors: Mapping[str, Tensor],
    spelling: Spelling,
    target: Target,
    expected: Mapping[str, Tensor],
    roles: tuple[str, ...],
) -> Fitted:
    """Return the tensors of a file as our network wants them.

    Args:
        tensors: of the file, as `spelling.prepare` leaves them.
        spelling: of the file.
        target: of the architecture.
        expected: tensors of a new network, of which names and shapes count.
        roles: of the network's input channels.

    Raises:
        ModelError: names the first tensor that is missing, too many or of another shape.
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
        _check_alike(layer, sources, module, ours[module])
        for name, wanted in ours[module].items():
            state[f"{module}.{name}"] = _shaped(sources[name], wanted, f"{layer}.{name}", module)
        used.add(layer)
    dropped = tuple(layer for layer in theirs if layer not in used)
    _check_known(dropped, theirs, spelling)
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
    """Return what stands before all places where a network is part of another one."""
    first = places[0][1]
    return next((layer[: -len(first)] for layer in ours if f".{layer}".endswith(f".{first}")), "")


def _check_alike(layer: str, theirs: Iterable[str], module: str, ours: Iterable[str]) -> None:
    """Refuse a layer that has a bias, say, where ours has none, or the other way around."""
    hint = "build the architecture as the file's, see --release and --options."
    for kind in ours:
        if kind not in theirs:
            raise ModelError(f"The file lacks '{layer}.{kind}', which '{module}' needs: {hint}")
    for kind in theirs:
        if kind not in ours:
            raise ModelError(
                f"'{layer}.{kind}' of the file has no place in '{module}' of the network: {hint}"
            )


def _shaped(source: Tensor, wanted: Tensor, name: str, module: str) -> Tensor:
    """Return a tensor in the shape wanted; a fully connected layer becomes a convolution."""
    shape = tuple(wanted.shape)
    if len(shape) == 4 and tuple(source.shape) == (shape[0], prod(shape[1:])):
        return source.reshape(shape)
    if len(shape) == 4 and shape[1] == 1:
        source = one_to_one(source)
    if tuple(source.shape) != shape:
        raise ModelError(
            f"'{name}' of the file is {tuple(source.shape)}, but {shape} in '{module}' of the "
            "network: choose the architecture, options and classes that the file was made for."
        )
    return source


def _check_known(dropped: tuple[str, ...], theirs: Layers, spelling: Spelling) -> None:
    """Refuse layers that nobody knows: the file is of another network."""
    known = set(spelling.names.values())
    for layer in dropped:
        if layer not in known and not f"{layer}.".startswith(spelling.surplus):
            raise ModelError(
                f"'{_name(layer, next(iter(theirs[layer])))}' of the file is no part of "
                f"{spelling.title}: choose the architecture that the file was made for."
            )


def _name(layer: str, kind: str) -> str:
    return f"{layer}.{kind}" if layer else kind


def _new(ours: Layers, state: Tensors) -> Iterable[str]:
    return (layer for layer, kinds in ours.items() if f"{layer}.{next(iter(kinds))}" not in state)
