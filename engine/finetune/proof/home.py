# SPDX-License-Identifier: GPL-2.0-or-later
"""Home domain: generated scenes like those that the bundled models were trained on.

A model must not forget what it could do elsewhere. The scenes are fixed, were never used for
training, and are labeled as a whole before and after. Scenes differ in what they lose, so a loss is
shown if the 90 % interval of the mean over the scenes (Student's t) lies beyond what is allowed, or
if the loss is 2.5 times what is allowed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import stdtrit

from ...metrics import IGNORED, score
from ...protocol import HEIGHT_ROLE, IMAGE_ROLES, ISPRS
from ...protocol.finetune_report import HomeScore
from ...synthetic import make_scene
from ...synthetic.layouts import TOWN
from ...training.scoring import confusion_of
from ...training.views import InputSpec, View, clean_view
from .bootstrap import CONFIDENCE

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from torch import nn

    from ...protocol import Legend, ModelCard

HOME_SCENES = ((6_000_001, 0.1), (6_000_002, 0.15), (6_000_003, 0.2), (6_000_004, 0.25))
EDGE_PX = 384
COARSEST_M = 0.6  # of a pixel: larger scenes take long to generate
FEWEST_CLASSES = 2
FEWEST_PX = 3000  # of a class in all scenes, to judge it
FEWEST_FOUND_PX = 1000  # that a model labels as a class, to tell how many of them are right
LOSS, CLASS_LOSS = 0.01, 0.03  # of overall accuracy, and of the F1 of a class, that is too much
CLEAR = 2.5  # times what is allowed: a loss that is no chance, even if one scene has most of it
AT_HOME = 0.6  # overall accuracy below which the scenes are foreign to the base


@dataclass(frozen=True, eq=False)
class HomeScores:
    """Confusion of a model on each home scene.

    Args:
        scenes: name of each scene.
        counts: (scenes, classes, classes) pixels; rows are the truth, in the order of the legend.
    """

    scenes: tuple[str, ...]
    counts: np.ndarray

    @property
    def accuracies(self) -> list[float]:
        """Overall accuracy on each scene."""
        return [score(each).overall_accuracy for each in self.counts]

    @property
    def accuracy(self) -> float:
        """Overall accuracy on all scenes."""
        return score(self.counts.sum(axis=0)).overall_accuracy

    @property
    def f1(self) -> np.ndarray:
        """F1 of each class on all scenes, (classes,); NaN for classes that hardly occur."""
        counts = self.counts.sum(axis=0)
        return np.where(counts.sum(axis=1) >= FEWEST_PX, score(counts).f1, np.nan)

    @property
    def precision(self) -> np.ndarray:
        """Precision of each class on all scenes, (classes,); 1 for classes hardly found."""
        counts = self.counts.sum(axis=0)
        found = counts.sum(axis=0)
        return np.where(found >= FEWEST_FOUND_PX, np.diag(counts) / np.maximum(found, 1), 1.0)


@dataclass(frozen=True, eq=False)
class HomeChange:
    """Scores on the home scenes before and after.

    Args:
        before: scores of the base.
        after: scores of the new model.
    """

    before: HomeScores
    after: HomeScores

    @property
    def accuracy_loss(self) -> float:
        """Loss of overall accuracy; negative for a gain."""
        return self.before.accuracy - self.after.accuracy

    @property
    def class_losses(self) -> np.ndarray:
        """Loss of F1 of each class of the base, (classes,); NaN for classes that hardly occur."""
        f1 = self.before.f1
        return f1 - self.after.f1[: len(f1)]

    @property
    def is_loss(self) -> bool:
        """Whether the new model has lost more than is allowed."""
        return bool(self.accuracy_loss > LOSS or (self.class_losses > CLASS_LOSS).any())

    @property
    def is_shown_loss(self) -> bool:
        """Whether it has lost more than is allowed beyond chance."""
        return self.is_shown_accuracy_loss or bool(self.is_shown_class_loss.any())

    @property
    def is_shown_accuracy_loss(self) -> bool:
        """Whether the loss of overall accuracy is beyond chance larger than is allowed."""
        losses = np.subtract(self.before.accuracies, self.after.accuracies)
        return self.accuracy_loss > (LOSS if _low(losses) > LOSS else CLEAR * LOSS)

    @property
    def is_shown_class_loss(self) -> np.ndarray:
        """Whether that of the F1 of each class is, (classes,) bool."""
        pairs = zip(self.before.counts, self.after.counts, strict=True)
        old = len(self.class_losses)
        losses = np.array([score(a).f1[:old] - score(b).f1[:old] for a, b in pairs])
        lows = np.array([_low(losses[:, at]) for at in range(old)])
        is_clear = self.class_losses > CLEAR * CLASS_LOSS
        return is_clear | ((self.class_losses > CLASS_LOSS) & (lows > CLASS_LOSS))

    @property
    def rows(self) -> tuple[HomeScore, ...]:
        """Accuracies of each scene for the report."""
        columns = zip(
            self.before.scenes, self.before.accuracies, self.after.accuracies, strict=True
        )
        return tuple(HomeScore(name, round(a, 4), round(b, 4)) for name, a, b in columns)


def home_scores(
    network: nn.Module, card: ModelCard, raise_if_canceled: Callable[[], None] = lambda: None
) -> HomeScores | None:
    """Return the scores of a network on the home scenes.

    None if the scenes are too fine for the model, or have fewer than two of its classes.

    Args:
        network: network in evaluation mode.
        card: card of the model, whose legend has the classes of the network.
        raise_if_canceled: callback between two scenes that raises to stop.
    """
    index_of = _index_of(card.legend)
    bands = [role for role in card.roles if role != HEIGHT_ROLE]
    finest_m, coarsest_m = card.gsd_range_m
    if finest_m > COARSEST_M or (index_of != IGNORED).sum() < FEWEST_CLASSES:
        return None
    counts, names = [], []
    for seed, preferred_m in HOME_SCENES:
        raise_if_canceled()
        gsd_m = min(max(preferred_m, finest_m), coarsest_m)
        view = _view(seed, gsd_m, bands, card)
        known = View(view.channels, index_of[view.classes])
        counts.append(confusion_of(network, card.architecture, [known], len(card.legend)).counts)
        names.append(f"Generated town {seed}, {gsd_m:g} m")
    return HomeScores(tuple(names), np.stack(counts).astype(np.int64))


def home_change(before: HomeScores | None, after: HomeScores | None) -> HomeChange | None:
    """Return both scores, or None if the scenes say nothing about the base."""
    if before is None or after is None or before.accuracy < AT_HOME:
        return None
    return HomeChange(before, after)


def largest_alpha(
    alphas: Sequence[float],
    change_at: Callable[[float], HomeChange | None],
    is_too_much: Callable[[HomeChange], bool],
) -> float:
    """Return the largest alpha with which the new model forgets little, else the largest of all.

    Args:
        alphas: alphas to choose from.
        change_at: function that returns the scores with an alpha before and after; it is called for
            the largest alphas only, until one is found.
        is_too_much: function that returns whether a change is too much.
    """
    for alpha in sorted(alphas, reverse=True):
        change = change_at(alpha) if alpha > 0 else None
        if alpha > 0 and (change is None or not is_too_much(change)):
            return alpha
    return max(alphas)


def _low(losses: np.ndarray) -> float:
    """Return the lower end of the interval of the mean loss over scenes; NaN for one scene."""
    known = losses[~np.isnan(losses)]
    if len(known) < 2:
        return float("nan")
    reach = -stdtrit(len(known) - 1, (1 - CONFIDENCE) / 2) * known.std(ddof=1)
    return float(known.mean() - reach / np.sqrt(len(known)))


def _view(seed: int, gsd_m: float, bands: Sequence[str], card: ModelCard) -> View:
    scene = make_scene(seed, EDGE_PX, gsd_m, layout=TOWN)
    scene = replace(scene, image=scene.image[[IMAGE_ROLES.index(role) for role in bands]])
    spec = InputSpec(ISPRS, card.normalization, with_heights=HEIGHT_ROLE in card.roles)
    return clean_view(scene, spec, estimate_ground=False)


def _index_of(legend: Legend) -> np.ndarray:
    """Return the index in a legend of each class of generated scenes, (256,) uint8."""
    names = [one.name for one in legend.classes]
    index_of = np.full(256, IGNORED, np.uint8)
    for at, one in enumerate(ISPRS.classes):
        if one.name in names:
            index_of[at] = names.index(one.name)
    return index_of
