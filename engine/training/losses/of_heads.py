# SPDX-License-Identifier: GPL-2.0-or-later
"""Loss of a network with several heads: the weighted sum of their losses.

I. Kreso, S. Segvic, J. Krapac, Ladder-Style DenseNets for Semantic Segmentation of Large
Natural Images, ICCVW 2017: .7 of the main and .3 of the auxiliary loss.
E. Shelhamer, J. Long, T. Darrell, Fully Convolutional Networks for Semantic Segmentation,
TPAMI 2017: semantic and geometric classes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import torch
from torch import Tensor

if TYPE_CHECKING:
    from ...architectures.heads import Head
    from .objective import Objective

Truths = Mapping[str, Tensor]
MAIN_TRUTH_HEADS = ("main", "auxiliary")


def heads_loss(
    heads: Sequence[Head],
    truths: Truths,
    objective: Objective,
    divisors: Mapping[str, float] | None = None,
) -> Tensor:
    """Return the weighted sum of the losses of all heads with labels.

    Args:
        heads: heads of a network, the main one first.
        truths: labels (N, H, W) int64 by task: `main`, the land classes, for the main and the
            `auxiliary` head, and optionally those of other heads by their names. Heads without
            labels are not trained.
        objective: loss function of all heads.
        divisors: divisors from `divisors_of` if this is a part of a larger batch.
    """
    divisor_of = divisors_of([truths], objective) if divisors is None else divisors
    trained = [(head, _truth_name(head)) for head in heads if _truth_name(head) in truths]
    losses = [
        head.weight
        * objective.total(_at_least_float32(head.scores), truths[name])
        / (divisor_of[name] or 1.0)
        for head, name in trained
    ]
    return torch.stack(losses).sum()


def divisors_of(batches: Sequence[Truths], objective: Objective) -> dict[str, float]:
    """Return the divisor of the loss of each task for a step over all these batches.

    It is 0 without labeled pixels; the loss is 0 as well.
    """
    return {name: objective.divisor([batch[name] for batch in batches]) for name in batches[0]}


def _truth_name(head: Head) -> str:
    return "main" if head.name in MAIN_TRUTH_HEADS else head.name


def _at_least_float32(scores: Tensor) -> Tensor:
    """Return scores in float32 or better, precise enough to sum many small losses."""
    return scores.to(torch.promote_types(scores.dtype, torch.float32))
