# SPDX-License-Identifier: GPL-2.0-or-later
"""Networks built as a chain of stages, which can be cut between any two of them.

The state passed from stage to stage is a flat tuple of tensors.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from torch import Tensor, nn

if TYPE_CHECKING:
    from collections.abc import Sequence

State = tuple[Tensor, ...]


class Chain(nn.Module):
    """Network built as a chain of stages, each a module that maps a state to a state.

    Args:
        stages: stages in order; the input of the first is a tuple with the image, the output of
            the last a tuple with the scores.
        cuts: number of stages before each cut, ascending.
    """

    def __init__(self, stages: Sequence[nn.Module], cuts: Sequence[int]) -> None:
        super().__init__()
        self.stages = nn.Sequential(*stages)
        self.cuts = tuple(cuts)

    def forward(self, image: Tensor) -> Tensor:
        """Return scores (N, classes, H, W) of an image (N, bands, H, W)."""
        (scores,) = self.stages((image,))
        return scores

    def blocks(self) -> list[nn.Sequential]:
        """Return the blocks of stages between cuts; they share their weights with the network."""
        ends = (0, *self.cuts, len(self.stages))
        return [nn.Sequential(*list(self.stages)[start:stop]) for start, stop in pairwise(ends)]
