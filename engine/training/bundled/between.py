# SPDX-License-Identifier: GPL-2.0-or-later
"""Weights between the start of a run and its end, which often beat either on other images.

M. Wortsman et al., Robust fine-tuning of zero-shot models, CVPR 2022 (WiSE-FT).
"""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING:
    from torch import nn


def between(start: nn.Module, trained: nn.Module, given_back: float) -> nn.Module:
    """Return the network with the weights trained + given_back (start - trained).

    Running statistics lie in between as well.

    Args:
        start: network before the run.
        trained: network after the run, with the same names of weights.
        given_back: share of the change that is given back, 0..1.
    """
    network = copy.deepcopy(trained)
    before = start.state_dict()
    with torch.no_grad():
        for name, value in network.state_dict().items():
            if value.is_floating_point():
                value.lerp_(before[name].to(value.device), given_back)
    return network
