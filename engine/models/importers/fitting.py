# SPDX-License-Identifier: GPL-2.0-or-later
"""Fitting: the tensors of a file put into the places of one of our networks.

Layers are taken in the order of the computation, so the first tensor that does not fit is the one
to look at. Nothing is guessed: a tensor that the tables do not know is refused.
"""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, NamedTuple

from ...architectures.backbones.first_layer import widen_first_layer
from ...protocol import ModelError
from .table import ROLES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from torch import Tensor

    from .table import Inputs, Spelling, Target, Tensors

COUNTERS = "num_batches_tracked"


class Fitted(NamedTuple):
    """A file's tensors in our network.

    Args:
        state: tensors by our names.
        new: layers of ours that the file lacks.
        dropped: layers of the file that ours has no place for.
    """

    state: Tensors
    new: tuple[str, ...]
    dropped: tuple[str, ...]


def spelling_of(tensors: Mapping[str, Tensor], target: Target) -> Spelling:
    """Return the spelling that most layers of a file follow.

    Raises:
        ModelError: it follows none.
    """
    layers = {_layer(name) for name in tensors}
    best = max(target.spellings, key=lambda spelling: len(layers & set(spelling.names.values())))
    if not layers & set(best.names.values()):
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
    state: Tensors = {}
    used: set[str] = set()
    for part, place in target.places:
        theirs = spelling.names.get(part, part)
        if not any(_layer(name) == theirs for name in tensors):
            if part in target.heads:
                continue
            raise ModelError(f"The file lacks the layer '{theirs}' of {spelling.title}.")
        for ours, name in _pairs(theirs, place, tensors, expected):
            source = tensors[name]
            if part == target.places[0][0] and source.ndim > 1:
                source = _first_layer(source, expected[ours].shape[1], spelling.inputs, roles)
            state[ours] = _shaped(source, expected[ours], name, ours)
            used.add(name)
    dropped = _dropped([name for name in tensors if name not in used], spelling)
    missing = [name for name in expected if name not in state and not name.endswith(COUNTERS)]
    return Fitted(state, _layers(missing), _layers(dropped))


def _pairs(
    theirs: str, place: str, tensors: Mapping[str, Tensor], expected: Mapping[str, Tensor]
) -> Iterator[tuple[str, str]]:
    """Yield our name and the file's for each tensor of a layer."""
    ours = [name for name in expected if _layer(name) == place and not name.endswith(COUNTERS)]
    for name in ours:
        source = f"{theirs}.{name.rpartition('.')[2]}"
        if source not in tensors:
            raise ModelError(f"The file lacks '{source}', for '{name}' of the network.")
        yield name, source
    for name in tensors:
        if _layer(name) == theirs and f"{place}.{name.rpartition('.')[2]}" not in ours:
            raise ModelError(
                f"'{name}' of the file has no place in the network, whose '{place}' has only "
                f"{', '.join(each.rpartition('.')[2] for each in ours) or 'nothing'}: is it built "
                "as the file's, see --release and --options?"
            )


def _first_layer(weight: Tensor, channels: int, inputs: Inputs, roles: tuple[str, ...]) -> Tensor:
    """Return the first layer's weights with the channels that a network reads, in its order.

    Heights, where the file has none, get the mean of the colors.
    """
    if weight.shape[1] != len(inputs.roles):
        return weight  # of another network: its shape will be complained about
    stream = roles if channels == len(roles) else _stream(channels, roles)
    ours = [role for role in ROLES if role in inputs.roles]
    weight = weight[:, [inputs.roles.index(role) for role in ours]]
    if weight.shape[1] < len(ROLES):
        weight = widen_first_layer(weight, len(ROLES))
    return weight[:, [ROLES.index(role) for role in stream]]


def _stream(channels: int, roles: tuple[str, ...]) -> tuple[str, ...]:
    """Return what one of two streams reads: image bands come first, heights last."""
    return roles[:channels] if channels > 1 else roles[-1:]


def _shaped(source: Tensor, wanted: Tensor, name: str, ours: str) -> Tensor:
    """Return a tensor in the shape wanted; a fully connected layer becomes a convolution."""
    shape = tuple(wanted.shape)
    is_dense = source.ndim == 2 and len(shape) == 4
    if is_dense and tuple(source.shape) == (shape[0], prod(shape[1:])):
        return source.reshape(shape)
    if tuple(source.shape) != shape:
        raise ModelError(
            f"'{name}' of the file is {tuple(source.shape)}, but '{ours}' of the network is "
            f"{shape}: choose the architecture, options and classes that the file was made for."
        )
    return source.clone()


def _dropped(names: list[str], spelling: Spelling) -> list[str]:
    """Return tensors of the file that are known but not needed.

    Raises:
        ModelError: one is not known.
    """
    known = set(spelling.names.values())
    for name in names:
        if _layer(name) not in known and not name.startswith(spelling.surplus):
            raise ModelError(
                f"'{name}' of the file is no layer of {spelling.title}: choose another "
                "architecture."
            )
    return names


def _layer(name: str) -> str:
    return name.rpartition(".")[0]


def _layers(names: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_layer(name) for name in names))
