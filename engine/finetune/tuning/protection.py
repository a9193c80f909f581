# SPDX-License-Identifier: GPL-2.0-or-later
"""Protection of classes that nobody drew, and of what the base sees on generated scenes.

Where nothing is labeled, the tuned network answers "is it class k?" as the base does, for each
class k that nobody drew. The drawn classes stay free to change places, so the cure is not held
back where the base is wrong. On generated scenes all classes are to stay as the base sees them
(distillation); their true labels would let the network forget what eight small scenes do not show.
A new class and its parent are one class here: the base knows "parent or new" only.

A class is disputed if polygons of other classes lie on what the base takes for it, as where clutter
is drawn as impervious surface. Then the network need not see it wherever the base does, but must
not see it elsewhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch
from torch.nn import functional

from ...metrics import IGNORED
from ...training.losses import classes_at, heads_at
from .patches import REPLAY

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from torch import Tensor, nn

    from ...architectures.heads import Head
    from ...protocol.catalog.recipes import FinetuneRecipe
    from ...training.steps import Batch

SURE = 0.5  # probability above which the base sees a class
DISPUTED = 2  # polygons of other classes, at least, most of which the base takes for a class


class Restraint:
    """Term of the loss that keeps what nobody drew.

    Args:
        base: network before tuning, with rows for new classes; it is not modified.
        recipe: recipe with the strengths of both.
        drawn: indices of the drawn classes.
        parents: index of the parent of each new class, by the index of the new class.
        disputed: indices of undrawn classes that need not stay where the base sees them.
        half_precise: whether the base is computed in bfloat16.
    """

    def __init__(
        self,
        base: nn.Module,
        recipe: FinetuneRecipe,
        drawn: Collection[int],
        parents: Mapping[int, int],
        disputed: Collection[int] = (),
        *,
        half_precise: bool,
    ) -> None:
        self._base, self._recipe, self._half_precise = base, recipe, half_precise
        self._parents, self._drawn = dict(parents), frozenset(drawn)
        self._disputed = frozenset(disputed)

    def __call__(self, heads: Sequence[Head], batch: Batch) -> Tensor:
        """Return the term for the heads of the tuned network, a scalar."""
        after = _merged(heads[0].scores.float(), self._parents)  # (N, C, ...)
        before = _merged(self._base_scores(batch), self._parents)
        is_valid = _is_valid(batch)  # (N, ...)
        replayed = batch.truths.get(REPLAY)
        own = len(after) if replayed is None else _own_images(replayed)
        term = after.sum() * 0
        if self._recipe.protection.strength:
            unknown = (batch.truths["main"] == IGNORED) & is_valid
            kept = self._kept(after[:own], before[:own], unknown[:own])
            term = term + self._recipe.protection.strength * kept
        if own < len(after):
            apart = _apart(after[own:], before[own:])
            term = term + self._recipe.replay_strength * _mean(apart[is_valid[own:]])
        return term

    def _kept(self, after: Tensor, before: Tensor, unknown: Tensor) -> Tensor:
        """Return the disagreement with the base on each class that nobody drew, summed."""
        probabilities, logits = before.softmax(dim=1), _logits(after)
        seen = {self._parents.get(index, index) for index in self._drawn}
        term = after.sum() * 0
        for index in set(range(logits.shape[1])) - seen:
            asked = probabilities[:, index][unknown]
            losses = functional.binary_cross_entropy_with_logits(
                logits[:, index][unknown], asked, reduction="none"
            )
            is_sure = asked > SURE
            term = term + _mean(losses[~is_sure])
            if index not in self._disputed:
                term = term + self._recipe.protection.sure_share * _mean(losses[is_sure])
        return term

    @torch.no_grad()
    def _base_scores(self, batch: Batch) -> Tensor:
        images, cells = batch.images, batch.cells
        with torch.autocast(images.device.type, torch.bfloat16, enabled=self._half_precise):
            if cells is not None:
                return heads_at(self._base, images, cells)[0].scores.float()
            return self._base(images).float()


def disputed_classes(counts: np.ndarray, drawn: Collection[int]) -> frozenset[int]:
    """Return the undrawn classes that polygons contradict.

    Args:
        counts: (polygons, classes) pixels of each class that the base sees in each polygon.
        drawn: indices of the drawn classes.
    """
    is_most = counts * 2 > counts.sum(axis=1, keepdims=True)
    contradicted = np.flatnonzero(is_most.sum(axis=0) >= DISPUTED)
    return frozenset(contradicted.tolist()) - frozenset(drawn)


def _merged(scores: Tensor, parents: Mapping[int, int]) -> Tensor:
    """Return the scores of the old classes, each parent together with its new classes."""
    if not parents:
        return scores
    old = min(parents)
    columns = []
    for index in range(old):
        members = [index, *(new for new, parent in parents.items() if parent == index)]
        columns.append(scores[:, members].logsumexp(dim=1))
    return torch.stack(columns, dim=1)


def _logits(scores: Tensor) -> Tensor:
    """Return the logit of each class against all others, (N, C, H, W)."""
    logs = scores.log_softmax(dim=1)
    others = torch.log1p(-logs.exp().clamp(max=1 - 1e-6))
    return logs - others


def _apart(after: Tensor, before: Tensor) -> Tensor:
    """Return the Kullback-Leibler divergence from the base, (N, ...)."""
    old = before.log_softmax(dim=1)
    return (old.exp() * (old - after.log_softmax(dim=1))).sum(dim=1)


def _is_valid(batch: Batch) -> Tensor:
    """Return whether there are values where the batch is scored, (N, ...) bool."""
    is_valid = batch.images.any(dim=1)  # (N, H, W)
    return is_valid if batch.cells is None else classes_at(is_valid.long(), batch.cells).bool()


def _own_images(replayed: Tensor) -> int:
    """Return the number of images before those with replayed labels."""
    is_replayed = (replayed != IGNORED).flatten(1).any(dim=1)
    return int(is_replayed.int().argmax()) if is_replayed.any() else len(replayed)


def _mean(losses: Tensor) -> Tensor:
    return losses.mean() if losses.numel() else losses.sum()
