# SPDX-License-Identifier: GPL-2.0-or-later
"""Weights between those of the base model and those after tuning.

M. Wortsman et al., Robust fine-tuning of zero-shot models, CVPR 2022 (WiSE-FT).
"""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING

import torch

from ...protocol import EngineError

if TYPE_CHECKING:
    from torch import nn


def blended(base: nn.Module, tuned: nn.Module, alpha: float) -> nn.Module:
    """Return the network with the weights base + alpha (tuned - base), in evaluation mode.

    Running statistics are those of the base, bit by bit.

    Args:
        base: network before tuning.
        tuned: network after tuning, with the same names of weights.
        alpha: share of the change, 0..1; at 0 and 1 the weights are exactly those of one network.

    Raises:
        EngineError: if tuning changed a running statistic.
    """
    check_statistics(base, tuned)
    network = copy.deepcopy(base)
    after = dict(tuned.named_parameters())
    with torch.no_grad():
        for name, weight in network.named_parameters():
            change = after[name].detach().to(weight.device)
            weight.copy_(change if alpha == 1 else torch.lerp(weight, change, alpha))
    return network.eval()


def check_statistics(base: nn.Module, tuned: nn.Module) -> None:
    """Check that the running statistics of a tuned network equal those of the base, bit by bit.

    Raises:
        EngineError: if one differs.
    """
    after = dict(tuned.named_buffers())
    for name, before in base.named_buffers():
        if not torch.equal(before.cpu(), after[name].cpu()):
            raise EngineError(
                f"Fine-tuning changed the running statistic {name}, which must stay that of the "
                "base model: report this as a defect."
            )
