# SPDX-License-Identifier: GPL-2.0-or-later
"""Verdict: green if the new model is better, amber if that is not shown, red if something is worse.

Green needs all of these: a gain in mean F1 of at least two points whose 90 % interval lies above
0, more right pixels, no class that gets worse, no loss on generated scenes, and scores well above
those of guessing, because labels that contradict the image cannot be learned. With few groups of
polygons there is no interval; then there must be at least four groups, and none may get worse.
Where a model was wrong in a few places only, no interval can exclude 0; then two polygons that
got better in two places suffice if none got worse. A new class needs no interval of the mean,
because the base cannot find it; it must lie in three groups or more.

Red are, all beyond chance, a loss of mean F1, of more than three points of the F1 of a class, and
of more than one point on generated scenes or three of a class there. The last two are amber if they
may be chance.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from .alpha import LEAST_GAIN, is_above_guessing
from .bootstrap import sign_test
from .comparison import FEWEST_TO_JUDGE
from .home import CLASS_LOSS
from .home_sentences import home_doubts, home_losses, percent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ...protocol import Legend
    from ...protocol.finetune_report import ClassGain, UndrawnClass
    from .comparison import Proof
    from .home import HomeChange

SMALL_LOSS = 0.01  # a smaller loss of F1 is no loss
RIGHT_ALREADY = 0.97
ABOVE_CHANCE = 0.3  # fraction of the way from guessing to perfect
SIGNIFICANT = 0.05
FEWEST_GROUPS = 4
NEW_CLASS_F1 = 0.5
FEWEST_BETTER = 2  # polygons in as many groups, which suffice if none gets worse


class Verdict(NamedTuple):
    """Verdict on a new model.

    Args:
        color: green, amber or red.
        sentence: the verdict in one sentence.
        reasons: further sentences.
    """

    color: str
    sentence: str
    reasons: tuple[str, ...] = ()


def verdict_of(
    proof: Proof,
    home: HomeChange | None,
    forgotten: Sequence[UndrawnClass],
    legend: Legend,
    alpha: float = 1.0,
    *,
    unproven: str = "",
) -> Verdict:
    """Return the verdict.

    Args:
        proof: comparison on polygons, out of fold.
        home: scores on generated scenes; None if these say nothing about the model.
        forgotten: classes without polygons that lost more of their pixels than is expected.
        legend: legend of the new model.
        alpha: fraction of the way to the trained weights; 0: the base is kept.
        unproven: sentence why no polygon was compared; empty: they lie in too few places.
    """
    losses = [*_losses(proof), *home_losses(home, legend)]
    doubts = [*_doubts(proof, alpha, unproven), *_forgotten(forgotten)]
    doubts += home_doubts(home, legend)
    if losses and alpha > 0:
        return Verdict("red", losses[0], (*losses[1:], *doubts))
    if doubts:
        return Verdict("amber", doubts[0], tuple(doubts[1:]))
    return Verdict(
        "green",
        f"Better: the new model labels {percent(proof.accuracy_after)} of what you drew correctly "
        f"instead of {percent(proof.accuracy_before)}, in places that it had not learned from.",
        _interval_sentences(proof),
    )


def _losses(proof: Proof) -> list[str]:
    """Return sentences about what got worse on the polygons."""
    sentences = []
    if proof.mean_gain <= -SMALL_LOSS and (
        proof.gain.high < 0
        if proof.gain
        else sign_test(len(proof.worse), len(proof.better)) <= SIGNIFICANT
    ):
        sentences.append(
            f"Worse: the new model labels {percent(proof.accuracy_after)} of what you drew "
            f"correctly instead of {percent(proof.accuracy_before)}, in places that it had not "
            "learned from, so it is kept as a draft."
        )
    for one in proof.classes:
        if _loss(one) > CLASS_LOSS:
            sentences.append(
                f"Worse for {one.title}: it is found {_change(one)}, in places that the new model "
                "had not learned from, so look at the polygons that got worse."
            )
    return sentences


def _loss(one: ClassGain) -> float:
    """Return the loss of F1 of a class; 0 if it may be chance."""
    if one.f1_before is None or one.f1_after is None or one.gain_high is None:
        return 0.0
    return one.f1_before - one.f1_after if one.gain_high < 0 else 0.0


def _doubts(proof: Proof, alpha: float, unproven: str) -> list[str]:
    """Return sentences about what is not shown, the most important first."""
    if not proof.groups:
        return [
            unproven
            or "Cannot be judged: all polygons of a class lie in one place, so none is left to "
            "check what was learned from the others; draw each class in several places."
        ]
    doubts = _poor(proof)
    if alpha == 0:
        return [
            *doubts,
            f"No gain: {percent(proof.accuracy_before)} of what you drew was labeled correctly "
            "before, and training did not improve it in places that it had not learned from, so "
            "the model stays as it was.",
        ]
    if proof.accuracy_before >= RIGHT_ALREADY and not proof.new_classes:
        return [
            f"No gain to be seen: the model labeled {percent(proof.accuracy_before)} of what you "
            "drew correctly before, so compare both maps elsewhere, and draw where it is wrong."
        ]
    if not _is_gain(proof):
        doubts.append(_no_gain(proof))
    return doubts + [
        f"A little worse for {one.title}: it is found {_change(one)}, so look at the polygons that "
        "got worse."
        for one in proof.classes
        if SMALL_LOSS < _loss(one) <= CLASS_LOSS
    ]


def _poor(proof: Proof) -> list[str]:
    """Return sentences about classes that were not learned, even if they gain."""
    doubts = [
        f"Not learned: the new class {one.title} is hardly found in places that the training had "
        "not seen, so draw more of it in several places."
        for one in proof.classes
        if one.code in proof.new_classes and (one.f1_after or 0) < NEW_CLASS_F1
    ]
    scored = sum(one.f1_after is not None for one in proof.classes)
    if not is_above_guessing(proof.mean_f1_after, scored, ABOVE_CHANCE):
        doubts.append(
            f"Not learned: only {percent(proof.accuracy_after)} of what you drew is labeled "
            "correctly in places that the training had not seen, so check whether the polygons "
            "have the right class and lie on the right image."
        )
    return doubts


def _is_gain(proof: Proof) -> bool:
    if proof.mean_gain < LEAST_GAIN or proof.accuracy_after <= proof.accuracy_before:
        return False
    if proof.new_classes:  # the base cannot find them at all, so their gain is no chance
        new = [one for one in proof.classes if one.code in proof.new_classes]
        return all(one.groups >= FEWEST_TO_JUDGE for one in new)
    if _is_few_but_clear(proof):
        return True
    if proof.gain is not None:
        return proof.gain.low > 0
    is_even = proof.groups >= FEWEST_GROUPS and not proof.groups_worse
    return is_even and sign_test(len(proof.better), len(proof.worse)) <= SIGNIFICANT


def _is_few_but_clear(proof: Proof) -> bool:
    """Return whether polygons in several places got better and none got worse."""
    is_spread = proof.groups >= FEWEST_GROUPS and proof.groups_better >= FEWEST_BETTER
    return is_spread and len(proof.better) >= FEWEST_BETTER and not proof.worse


def _no_gain(proof: Proof) -> str:
    for one in proof.classes:
        if one.code in proof.new_classes and one.groups < FEWEST_TO_JUDGE:
            return (
                f"Not shown to be better: the polygons of the new class {one.title} lie in too few "
                f"places ({one.groups}), so draw it in at least {FEWEST_TO_JUDGE}."
            )
    if proof.gain is not None:
        return (
            f"Not shown to be better: on average a class is found {_points(proof.mean_gain)}, and "
            f"anything from {_points(proof.gain.low)} to {_points(proof.gain.high)} is likely, so "
            "compare both maps, and draw more where it is wrong."
        )
    return (
        f"Not shown to be better: {len(proof.better)} polygons got better and {len(proof.worse)} "
        f"worse, but they lie in {proof.groups} places only, so draw in more places."
    )


def _forgotten(forgotten: Sequence[UndrawnClass]) -> list[str]:
    return [
        f"Look at {one.title}: you drew none, and the new model keeps only {percent(one.kept)} "
        "of its pixels, so draw a few polygons of it where it was right."
        for one in forgotten
    ]


def _interval_sentences(proof: Proof) -> tuple[str, ...]:
    change = f"On average a class is found {_points(proof.mean_gain)}"
    if proof.gain is None:
        return (f"{change}; {len(proof.better)} polygons got better and {len(proof.worse)} worse.",)
    low, high = (100 * end for end in proof.gain)
    return (f"{change} ({low:.0f} to {high:.0f} points with 90 % confidence).",)


def _change(one: ClassGain) -> str:
    """Return how a class is found now, with the F1 before and after in percent."""
    gain = (one.f1_after or 0.0) - (one.f1_before or 0.0)
    return f"{_points(gain)} ({percent(one.f1_before)} before, {percent(one.f1_after)} now)"


def _points(gain: float) -> str:
    """Return a change of F1 in words.

    >>> _points(0.06), _points(-0.01), _points(0.001)
    ('6 points better', '1 point worse', 'as well as before')
    """
    points = round(100 * gain)
    if not points:
        return "as well as before"
    unit = "point" if abs(points) == 1 else "points"
    return f"{abs(points)} {unit} {'better' if points > 0 else 'worse'}"
