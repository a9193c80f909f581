# SPDX-License-Identifier: GPL-2.0-or-later
"""Variants: the options of the Maggiori rows, turned into how their networks are built."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..blocks import PAPER, RELEASE
from .fcn import MaggioriFcn
from .half import HalfResolution

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch import nn

STYLES = {"paper": PAPER, "release": RELEASE}


def build_variant(
    network: Callable[..., nn.Module],
    bands: int,
    classes: int,
    *,
    style: str = "paper",
    resolution: str = "full",
    **rest: Any,
) -> nn.Module:
    """Return a network, or one around it that works at half resolution.

    Args:
        network: class of the network.
        bands: channels of the input.
        classes: channels of the scores.
        style: of batch norm and biases: `paper` or `release`.
        resolution: `full` or `half`.
        rest: what else the class wants.
    """
    inner = network(bands, classes, STYLES[style], **rest)
    return HalfResolution(inner) if resolution == "half" else inner


def build_fcn(bands: int, classes: int, *, learn_upsample: str = "no", **rest: Any) -> nn.Module:
    """Return the base FCN; `learn_upsample` is `yes` or `no`."""
    return build_variant(
        MaggioriFcn, bands, classes, learn_upsample=learn_upsample == "yes", **rest
    )
