# SPDX-License-Identifier: GPL-2.0-or-later
"""Verdicts are right: never green for chance, and green for real gains."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from orthoscribe.engine.finetune.proof.comparison import compare_out_of_fold
from orthoscribe.engine.finetune.proof.home import HomeScores, home_change, largest_alpha
from orthoscribe.engine.finetune.proof.undrawn import (
    forgotten,
    kept_of,
    undisputed,
    undrawn_classes,
)
from orthoscribe.engine.finetune.proof.verdict import verdict_of
from orthoscribe.engine.protocol import ISPRS
from orthoscribe.tests.engine.finetune.proof.simulation import (
    noisy_labels,
    polygons_of,
    simulate,
    verdict,
)

SEEDS = 100


def shares(make, **options):
    colors = Counter(
        verdict(make(np.random.default_rng(seed), **options)).color for seed in range(SEEDS)
    )
    return {color: colors[color] / SEEDS for color in ("green", "amber", "red")}


@pytest.mark.parametrize("groups", [4, 5, 8, 12])
def test_chance_is_rarely_green(groups):
    assert shares(simulate, groups=groups)["green"] <= 0.05


@pytest.mark.parametrize("groups", [4, 8])
def test_noisy_labels_are_not_green(groups):
    assert shares(noisy_labels, groups=groups)["green"] <= 0.01


def test_model_that_was_right_is_not_green():
    right = {"base": 0.98, "spread": 0.03, "change": 0.03}
    assert shares(simulate, **right)["green"] <= 0.01


def test_real_gains_are_mostly_green():
    assert shares(simulate, gain=0.1, change=0.08)["green"] >= 0.85
    assert shares(simulate, gain=0.2)["green"] >= 0.9


def test_real_losses_are_red():
    found = shares(simulate, gain=-0.2)
    assert found["red"] >= 0.9
    assert found["green"] == 0


def proof_of(gain, seed=0, **options):
    drawn = simulate(np.random.default_rng(seed), gain=gain, change=0.05, **options)
    polygons = polygons_of(drawn.classes)
    return compare_out_of_fold(drawn.before, drawn.after, polygons, drawn.groups, ISPRS)


def home_of(before, after):
    def scores(right):
        counts = np.zeros((4, 6, 6), int)
        counts[:, range(6), range(6)] = [int(10_000 * each) for each in right]
        counts[:, range(6), [1, 0, 3, 2, 0, 0]] += [10_000 - int(10_000 * each) for each in right]
        return HomeScores(tuple("abcd"), counts)

    return home_change(scores(before), scores(after))


def test_forgetting_elsewhere_is_red():
    proof = proof_of(0.25)
    good = [0.95] * 6
    assert verdict_of(proof, home_of(good, good), (), ISPRS).color == "green"
    found = verdict_of(proof, home_of(good, [0.93] * 6), (), ISPRS)
    assert found.color == "red"
    assert found.sentence.startswith("Worse elsewhere: on generated scenes 93.0 % of the pixels")
    found = verdict_of(proof, home_of(good, [*good[:4], 0.85, 0.97]), (), ISPRS)
    assert found.color == "red"
    assert "Car" in " ".join((found.sentence, *found.reasons))
    assert home_of([0.4] * 6, good) is None


def test_largest_alpha_is_that_which_forgets_little():
    def change_at(alpha):
        return home_of([0.95] * 6, [0.95 - 0.03 * alpha] * 6)

    def is_loss(change):
        return change.is_loss

    assert largest_alpha((0, 0.25, 0.5, 1), change_at, is_loss) == 0.25
    assert largest_alpha((0, 0.5, 1), change_at, is_loss) == 1  # all forget: the verdict is red
    assert largest_alpha((0, 0.5, 1), lambda _: None, is_loss) == 1


def test_loss_on_one_scene_of_four_may_be_chance():
    def scores(rights):
        counts = np.zeros((4, 6, 6), int)
        for count, right in zip(counts, rights, strict=True):
            count[range(6), range(6)] = int(10_000 * right)
            count[range(6), [1, 0, 3, 2, 0, 0]] += 10_000 - int(10_000 * right)
        return HomeScores(tuple("abcd"), counts)

    change = home_change(scores([0.95] * 4), scores([0.95, 0.948, 0.945, 0.905]))
    assert change.accuracy_loss == pytest.approx(0.013)
    assert change.is_loss
    assert not change.is_shown_loss
    found = verdict_of(proof_of(0.25), change, (), ISPRS)
    assert found.color == "amber"
    assert found.sentence.startswith("Perhaps worse elsewhere: on generated scenes 93.7 % of")
    most_on_one = home_change(scores([0.95] * 4), scores([0.95, 0.94, 0.94, 0.8]))
    assert most_on_one.is_shown_accuracy_loss
    on_all = home_change(scores([0.95] * 4), scores([0.937, 0.936, 0.938, 0.937]))
    assert on_all.is_shown_loss
    assert verdict_of(proof_of(0.25), on_all, (), ISPRS).color == "red"


def test_forgotten_undrawn_class_is_amber():
    counts = np.diag([1000, 0, 0, 0, 2000, 400])
    counts[4, :2] = 600, 0
    counts[5, 0] = 1400  # so few pixels say nothing
    undrawn = undrawn_classes(counts, {0, 1, 2, 3}, ISPRS)
    assert [(one.title, one.kept, one.new) for one in undrawn] == [
        ("Car", pytest.approx(0.7692), 0.0),
        ("Clutter", None, None),
    ]
    lost = forgotten(undrawn, kept_of(counts, {0, 1, 2, 3}))
    found = verdict_of(proof_of(0.25), None, lost, ISPRS)
    assert found.color == "amber"
    assert "Look at Car: you drew none, and the new model keeps only 77 %" in found.sentence


def test_disputed_class_may_vanish():
    counts = np.diag([9000.0] * 6)
    counts[5] = [6000, 0, 0, 0, 0, 3000]
    undrawn = undrawn_classes(counts, {0, 1, 2, 3}, ISPRS)
    assert [one.title for one in forgotten(undrawn, 1.0)] == ["Clutter"]
    judged = undisputed(undrawn, {5}, ISPRS)
    assert [one.title for one in judged] == ["Car"]
    assert forgotten(judged, 1.0) == ()


def test_undrawn_class_may_lose_as_much_as_the_drawn_ones():
    counts = np.diag([9000.0] * 6)
    counts[0, :2] = 5000, 4000  # of the drawn classes, 32 of 36 thousand pixels keep theirs
    counts[4, [0, 4]] = 2000, 7000
    undrawn = undrawn_classes(counts, {0, 1, 2, 3}, ISPRS)
    kept = kept_of(counts, {0, 1, 2, 3})
    assert kept == pytest.approx(32 / 36)
    assert [one.title for one in forgotten(undrawn, 1.0)] == ["Car"]
    assert forgotten(undrawn, kept) == ()
    assert kept_of(counts, ()) == 1.0


def test_precision_of_a_hardly_found_class_is_taken_for_perfect():
    counts = np.zeros((1, 3, 3))
    counts[0, :, 0] = 6000, 2000, 0
    counts[0, :, 1] = 0, 500, 499
    assert HomeScores(("town",), counts).precision.tolist() == [0.75, 1.0, 1.0]


def test_undrawn_class_may_lose_what_the_base_takes_for_it_by_mistake():
    counts = np.diag([9000.0] * 6)
    counts[4, [0, 4]] = 4000, 5000
    undrawn = undrawn_classes(counts, {0, 1, 2, 3}, ISPRS)
    assert [one.title for one in forgotten(undrawn, 1.0, {5: 0.9})] == ["Car"]
    assert forgotten(undrawn, 1.0, {5: 0.6}) == ()


def test_alpha_zero_is_no_gain():
    found = verdict_of(proof_of(0.0), None, (), ISPRS, alpha=0)
    assert found.color == "amber"
    assert found.sentence.startswith("No gain: ")


def test_polygons_that_contradict_the_image_were_not_learned():
    proof = replace(proof_of(0.0), mean_f1_before=0.3, mean_f1_after=0.3)
    found = verdict_of(proof, None, (), ISPRS, alpha=0)
    assert found.color == "amber"
    assert found.sentence.startswith("Not learned: only ")
    assert "stays as it was" in found.reasons[0]


def test_new_class_that_the_base_lacks_is_no_reason_to_doubt_the_polygons():
    proof = replace(proof_of(0.0), new_classes=(proof_of(0.0).classes[0].code,))
    proof = replace(
        proof,
        mean_f1_after=0.3,
        classes=(replace(proof.classes[0], f1_before=None, f1_after=0.0), *proof.classes[1:]),
    )
    found = verdict_of(proof, None, (), ISPRS, alpha=0)
    assert found.sentence.startswith("Not learned: the new class ")


def test_one_place_cannot_be_judged():
    proof = proof_of(0.25, groups=1)
    assert proof.groups == 0
    assert all(one.f1_after is None for one in proof.classes)
    found = verdict_of(proof, None, (), ISPRS)
    assert (found.color, found.reasons) == ("amber", ())
    assert found.sentence.startswith("Cannot be judged: ")


def test_no_polygon_was_compared():
    nothing = np.zeros((0, 6), int)
    proof = compare_out_of_fold(nothing, nothing, [], np.zeros(0, int), ISPRS)
    assert (proof.groups, proof.classes, proof.changes) == (0, (), ())
    found = verdict_of(proof, None, (), ISPRS, unproven="Not judged: there was no time.")
    assert found == ("amber", "Not judged: there was no time.", ())


def test_two_places_are_never_green():
    found = verdict_of(proof_of(0.3, groups=2), None, (), ISPRS)
    assert found.color == "amber"
    assert "lie in 2 places only" in found.sentence


def test_lost_class_is_red():
    drawn = simulate(np.random.default_rng(3), gain=0.3, change=0.02, count=40, groups=20)
    after = drawn.after.copy()
    trees = drawn.classes == 3
    after[trees] = 0
    after[trees, 2] = 200
    polygons = polygons_of(drawn.classes)
    proof = compare_out_of_fold(drawn.before, after, polygons, drawn.groups, ISPRS)
    found = verdict_of(proof, None, (), ISPRS)
    assert found.color == "red"
    assert "Worse for Tree: it is found " in found.sentence
    assert {one.code for one in proof.worse} == {4}
    assert proof.worse[0].right_before - proof.worse[0].right_after >= 0.5


def test_new_class_counts_from_nothing_and_must_be_found():
    drawn = simulate(np.random.default_rng(1), gain=0.2, change=0.02, count=24, groups=12)
    polygons = polygons_of(drawn.classes)
    legend = replace(ISPRS, classes=ISPRS.classes[:4])
    before = np.delete(drawn.before, [3, 4, 5], axis=1)
    proof = compare_out_of_fold(
        before, drawn.after[:, :4], polygons, drawn.groups, legend, old_classes=3
    )
    assert proof.classes[3].f1_before is None
    assert verdict_of(proof, None, (), legend).color == "green"
    after = drawn.after[:, :4].copy()
    after[drawn.classes == 3] = (150, 0, 0, 50)
    proof = compare_out_of_fold(before, after, polygons, drawn.groups, legend, old_classes=3)
    found = verdict_of(proof, None, (), legend)
    assert found.color == "amber"
    assert "the new class Tree is hardly found" in " ".join((found.sentence, *found.reasons))


def few_corrected(worse=0, groups=10):
    """Return the comparison of 20 polygons, 18 of them right before, which are all right after."""
    classes = np.arange(20) % 4
    before, after = np.zeros((20, 6), int), np.zeros((20, 6), int)
    before[range(20), classes] = after[range(20), classes] = 200
    before[[1, 7]] = np.roll(before[[1, 7]], 1, axis=1)
    after[:worse] = np.roll(after[:worse], 1, axis=1)
    places = np.arange(20) * groups // 20
    return compare_out_of_fold(before, after, polygons_of(classes), places, ISPRS)


def test_corrected_polygons_in_two_places_are_green_if_none_gets_worse():
    proof = few_corrected()
    assert (len(proof.better), proof.groups_better) == (2, 2)
    assert proof.gain.low <= 0
    assert verdict_of(proof, None, (), ISPRS).color == "green"
    assert verdict_of(few_corrected(worse=1), None, (), ISPRS).color == "amber"
    assert verdict_of(few_corrected(groups=3), None, (), ISPRS).color == "amber"


def test_new_class_in_few_places_is_green_although_the_interval_reaches_zero():
    classes = np.array([0, 1] * 4 + [2] * 6)
    groups = np.array([0, 1, 2, 3, 4, 5, 6, 7, 5, 5, 6, 6, 7, 7])
    before = np.zeros((len(classes), 2), int)
    before[range(8), classes[:8]] = 200
    before[8:, 1] = 200
    after = np.zeros((len(classes), 3), int)
    after[range(len(classes)), classes] = 200
    legend = replace(ISPRS, classes=ISPRS.classes[:3])
    polygons = polygons_of(classes)

    def proven(groups):
        return compare_out_of_fold(before, after, polygons, groups, legend, old_classes=2)

    assert proven(groups).gain.low <= 0
    assert verdict_of(proven(groups), None, (), legend).color == "green"
    two_places = proven(np.where(groups == 7, 6, groups))
    assert verdict_of(two_places, None, (), legend).color == "amber"


def test_pixels_that_go_to_a_new_class_from_its_parent_are_not_lost():
    counts = np.diag([9000] * 6 + [0])
    counts[5, [5, 6]] = 100, 8900
    legend = replace(ISPRS, classes=(*ISPRS.classes, replace(ISPRS.classes[0], code=7, name="w")))
    (clutter,) = undrawn_classes(counts, {0, 1, 2, 3, 4, 6}, legend, {6: 5})
    assert clutter.kept == 1
    (clutter,) = undrawn_classes(counts, {0, 1, 2, 3, 4, 6}, legend, {6: 0})
    assert clutter.kept == pytest.approx(0.0111)


def test_each_verdict_is_one_sentence():
    for seed in range(40):
        for gain in (-0.2, 0, 0.2):
            drawn = simulate(np.random.default_rng(seed), gain=gain, groups=3 + seed % 8)
            for sentence in (verdict(drawn).sentence, *verdict(drawn).reasons):
                assert sentence.endswith(".")
                assert sentence[:-1].replace("0.", "").count(". ") == 0
