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


class Passing(NamedTuple):
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
BELOW_A_CRF = (("", "unary."),)
EVERYTHING = (("", ""),)

PASSINGS = (
    Passing(
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
    Passing("maggiori_fcn", ("cnn_rf", "cnn_rf_crf"), EVERYTHING),
    Passing("sherrah_dilation", ("sherrah_dilation_crf",), BELOW_A_CRF),
    Passing("yk_frontend", ("yk_context_basic", "yk_context_large"), FRONT_END),
    Passing("yk_frontend", ("yk_frontend_crf", "yk_frontend_crfrnn"), BELOW_A_CRF),
    Passing("yk_context_basic", ("yk_context_basic_crf", "yk_context_basic_crfrnn"), BELOW_A_CRF),
    Passing("yk_context_large", ("yk_context_large_crf", "yk_context_large_crfrnn"), BELOW_A_CRF),
)
STAGED = (("fcn_32s", "fcn_16s"), ("fcn_16s", "fcn_8s_staged"))  # by the way of their paper


def inherit(network: nn.Module, target: str, given: nn.Module, source: str) -> dict[str, str]:
    """Give a new network the weights of another one.

    New scores of an FCN on top of what is trained start at zero, as its paper has it.

    Args:
        network: new; is changed.
        target: its architecture.
        given: trained; is left as it is.
        source: its architecture.

    Returns:
        Where each weight that was taken over comes from: names in `given` by names in `network`.
    """
    own, theirs = network.state_dict(), given.state_dict()
    names = _names(own, theirs, _prefixes(source, target))
    if (source, target) in STAGED and len(names) == len(theirs):
        stage_from(network, given)
        return names
    network.load_state_dict({**own, **{name: theirs[old] for name, old in names.items()}})
    if names and not _any_scores(network, names):
        zero_scores(network)
    return names


def _prefixes(source: str, target: str) -> tuple[tuple[str, str], ...]:
    for passing in PASSINGS:
        if passing.source == source and target in passing.targets:
            return passing.prefixes
    return EVERYTHING


def _names(
    own: Mapping[str, Tensor],
    theirs: Mapping[str, Tensor],
    prefixes: tuple[tuple[str, str], ...],
) -> dict[str, str]:
    found = {}
    for name, tensor in theirs.items():
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
