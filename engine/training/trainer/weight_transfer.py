# SPDX-License-Identifier: GPL-2.0-or-later
"""Weight transfer from a trained network to another one, by the names of the weights.

An architecture that extends another one takes over its trunk, its front end, or all of its weights.
Between other architectures, all weights with the same name and shape are transferred.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ...architectures.fcn.head import ScoreLayer
from ...architectures.fcn.initialization import stage_from, zero_scores

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from torch import Tensor, nn


class WeightTransfer(NamedTuple):
    """Weights that are transferred from one architecture to others.

    Args:
        source: architecture that is trained first.
        targets: architectures that extend it.
        prefixes: prefixes of the names in source and target; networks at half resolution have all
            their weights below `network.`.
    """

    source: str
    targets: tuple[str, ...]
    prefixes: tuple[tuple[str, str], ...]


TRUNK = (("trunk.", "trunk."), ("network.trunk.", "network.trunk."))
FRONT_END = (("front_end.", "front_end."),)
CRF_UNARY = (("", "unary."),)
EVERYTHING = (("", ""),)

TRANSFERS = (
    WeightTransfer(
        "maggiori_fcn",
        (
            "maggiori_unpool_max",
            "maggiori_unpool_avg",
            "maggiori_skip",
            "maggiori_mlp",
            "maggiori_mlp_release128",
        ),
        TRUNK,
    ),
    WeightTransfer("maggiori_fcn", ("cnn_rf", "cnn_rf_crf"), EVERYTHING),
    WeightTransfer("sherrah_dilation", ("sherrah_dilation_crf",), CRF_UNARY),
    WeightTransfer("yk_frontend", ("yk_context_basic", "yk_context_large"), FRONT_END),
    WeightTransfer("yk_frontend", ("yk_frontend_crf", "yk_frontend_crfrnn"), CRF_UNARY),
    WeightTransfer(
        "yk_context_basic", ("yk_context_basic_crf", "yk_context_basic_crfrnn"), CRF_UNARY
    ),
    WeightTransfer(
        "yk_context_large", ("yk_context_large_crf", "yk_context_large_crfrnn"), CRF_UNARY
    ),
)
STAGED = (("fcn_32s", "fcn_16s"), ("fcn_16s", "fcn_8s_staged"))  # initialized as in their paper


def transfer_weights(
    network: nn.Module, target: str, trained: nn.Module, source: str
) -> dict[str, str]:
    """Transfer the weights of a trained network to a new one.

    New score layers of an FCN on top of trained layers are initialized to zero, as in its paper.

    Args:
        network: new network; modified in place.
        target: architecture of the new network.
        trained: trained network; not modified.
        source: architecture of the trained network.

    Returns:
        Names of the transferred weights in `trained`, by their names in `network`.
    """
    own, trained_weights = network.state_dict(), trained.state_dict()
    names = _names(own, trained_weights, _prefixes(source, target))
    if (source, target) in STAGED and len(names) == len(trained_weights):
        stage_from(network, trained)
        return names
    network.load_state_dict({**own, **{name: trained_weights[old] for name, old in names.items()}})
    if names and not _any_scores(network, names):
        zero_scores(network)
    return names


def _prefixes(source: str, target: str) -> tuple[tuple[str, str], ...]:
    for transfer in TRANSFERS:
        if transfer.source == source and target in transfer.targets:
            return transfer.prefixes
    return EVERYTHING


def _names(
    own: Mapping[str, Tensor],
    trained_weights: Mapping[str, Tensor],
    prefixes: tuple[tuple[str, str], ...],
) -> dict[str, str]:
    found = {}
    for name, tensor in trained_weights.items():
        for old, new in prefixes:
            here = new + name.removeprefix(old)
            if name.startswith(old) and here in own and own[here].shape == tensor.shape:
                found[here] = name
    return found


def _any_scores(network: nn.Module, names: Collection[str]) -> bool:
    return any(
        f"{name}.weight" in names
        for name, module in network.named_modules()
        if isinstance(module, ScoreLayer)
    )
