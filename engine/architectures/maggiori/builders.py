# SPDX-License-Identifier: GPL-2.0-or-later
"""Builders of the Maggiori networks from the options in the catalog."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..blocks import PAPER, RELEASE
from .fcn import MaggioriFcn
from .half_resolution import HalfResolution

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
    """Return a network, wrapped to run at half resolution if requested.

    Args:
        network: class of the network.
        bands: number of input channels.
        classes: number of classes.
        style: settings of batch norms and biases: `paper` or `release`.
        resolution: resolution of the network's input: `full` or `half`.
        rest: further arguments of the class.
    """
    inner = network(bands, classes, STYLES[style], **rest)
    return HalfResolution(inner) if resolution == "half" else inner


def build_fcn(bands: int, classes: int, *, learn_upsample: str = "no", **rest: Any) -> nn.Module:
    """Return the base FCN; `learn_upsample` is `yes` or `no`."""
    return build_variant(
        MaggioriFcn, bands, classes, learn_upsample=learn_upsample == "yes", **rest
    )
