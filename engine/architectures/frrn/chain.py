# SPDX-License-Identifier: GPL-2.0-or-later
"""A network as a chain of stages, which can be cut between any two of them.

What passes from stage to stage is a flat tuple of tensors, the state.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from torch import Tensor, nn

if TYPE_CHECKING:
    from collections.abc import Sequence

State = tuple[Tensor, ...]


class Chain(nn.Module):
    """A network that is a chain of stages, each a module from a state to a state.

    Args:
        stages: the first takes the image as a tuple of one, the last returns the scores so.
        cuts: how many stages come before each cut, ascending.
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
        """Return the stages between cuts; they share their weights with the network."""
        ends = (0, *self.cuts, len(self.stages))
        return [nn.Sequential(*list(self.stages)[start:stop]) for start, stop in pairwise(ends)]
