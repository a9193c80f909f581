# SPDX-License-Identifier: GPL-2.0-or-later
"""Inheritance: what a network takes over from the one trained before it, by the names of weights.

What grows on another network keeps that network's trunk, its front end, or all of it. Between
other architectures everything with the same name and shape is taken over.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ...architectures.fcn.head import ScoreLayer
from ...architectures.fcn.staging import stage_from, zero_scores

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from torch import Tensor, nn


class WeightTransfer(NamedTuple):
    """What passes from one architecture to others.

    Args:
        source: the architecture that is trained first.
        targets: those that grow out of it.
        prefixes: how names begin there and here; a network at half resolution has all its
            weights below `network.`.
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
STAGED = (("fcn_32s", "fcn_16s"), ("fcn_16s", "fcn_8s_staged"))  # by the way of their paper


def transfer_weights(
    network: nn.Module, target: str, trained: nn.Module, source: str
) -> dict[str, str]:
    """Give a new network the weights of another one.

    New scores of an FCN on top of what is trained start at zero, as its paper has it.

    Args:
        network: new; is changed.
        target: its architecture.
        trained: trained network; is left as it is.
        source: its architecture.

    Returns:
        Where each weight that was taken over comes from: names in `trained` by names in `network`.
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
