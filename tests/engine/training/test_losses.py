# SPDX-License-Identifier: GPL-2.0-or-later
import math

import pytest
import torch
from orthoscribe.engine.architectures.heads import Head
from orthoscribe.engine.metrics import IGNORED
from orthoscribe.engine.protocol.catalog.recipes import (
    BalancedEntropy,
    BootstrappedEntropy,
    CrossEntropy,
    SigmoidEntropy,
    recipe_named,
)
from orthoscribe.engine.training import losses
from torch import nn
from torch.nn import functional


@pytest.fixture(autouse=True)
def seed():
    torch.manual_seed(0)


def maps(images=2, classes=4, height=6, width=8):
    """Return random scores and classes, some of them unknown."""
    truth = torch.randint(0, classes, (images, height, width))
    truth[:, 0, :3] = IGNORED
    return torch.randn(images, classes, height, width, requires_grad=True), truth


def test_ignored_pixels_do_not_count():
    scores, classes = torch.randn(2, 3, 50), torch.randint(0, 3, (2, 50))
    kept = functional.cross_entropy(scores[:, :, :20], classes[:, :20])
    classes[:, 20:] = IGNORED
    torch.testing.assert_close(losses.cross_entropy(scores, classes), kept)


@pytest.mark.parametrize("loss", [losses.cross_entropy, losses.summed_cross_entropy])
def test_nothing_known_is_no_loss_and_no_gradient(loss):
    scores = torch.randn(1, 3, 5, requires_grad=True)
    found = loss(scores, torch.full((1, 5), IGNORED))
    found.backward()
    assert found.item() == 0
    assert not scores.grad.any()


def test_summed_loss_is_the_mean_times_the_known_pixels():
    scores, classes = maps()
    known = losses.known_pixels(classes)
    assert known == 2 * (48 - 3)
    torch.testing.assert_close(
        losses.summed_cross_entropy(scores, classes), losses.cross_entropy(scores, classes) * known
    )


def test_sigmoid_loss_sums_over_pixels_and_scored_classes():
    scores, classes = maps()
    expected = 0.0
    for image, row, column in (classes != IGNORED).nonzero().tolist():
        for index in (0, 1, 3):
            is_there = float(classes[image, row, column] == index)
            score = scores[image, index, row, column]
            expected += functional.binary_cross_entropy_with_logits(score, torch.tensor(is_there))
    torch.testing.assert_close(losses.sigmoid_loss(scores, classes, null_class=2), expected)


def test_null_class_never_learns():
    scores, classes = maps()
    losses.sigmoid_loss(scores, classes).backward()
    assert not scores.grad[:, 0].any()
    assert scores.grad[:, 1:].any()


def test_where_nothing_is_there_all_scored_classes_are_pushed_down():
    scores = torch.zeros(1, 3, 2, 2, requires_grad=True)
    losses.sigmoid_loss(scores, torch.zeros(1, 2, 2, dtype=torch.int64)).backward()
    assert (scores.grad[:, 1:] == 0.5).all()


def test_sigmoid_loss_can_learn_every_class():
    scores, classes = maps()
    losses.sigmoid_loss(scores, classes, null_class=None).backward()
    assert (scores.grad.abs().sum(dim=(0, 2, 3)) > 0).all()


def test_bootstrapped_loss_is_the_mean_of_the_hardest_pixels_of_each_image():
    scores, classes = maps(images=3)
    every = functional.cross_entropy(scores, classes, reduction="none", ignore_index=IGNORED)
    expected = every.flatten(1).sort(descending=True).values[:, :12].mean(dim=1)
    torch.testing.assert_close(losses.bootstrapped_losses(scores, classes, 12), expected)


def test_bootstrapped_loss_of_all_pixels_is_plain_cross_entropy():
    scores, classes = maps(images=1)
    classes[classes == IGNORED] = 0
    torch.testing.assert_close(
        losses.bootstrapped_losses(scores, classes, 48)[0], losses.cross_entropy(scores, classes)
    )
    torch.testing.assert_close(
        losses.bootstrapped_losses(scores, classes, 1000)[0], losses.cross_entropy(scores, classes)
    )


def test_bootstrapped_loss_of_the_paper_takes_a_quarter_and_a_sixteenth_of_its_images():
    hardest_px = recipe_named("frrn").loss.hardest_px
    assert hardest_px == 32_768
    for (height, width), share in (((256, 512), 0.25), ((512, 1024), 0.0625)):
        scores = torch.randn(1, 2, height, width, requires_grad=True)
        classes = torch.zeros(1, height, width, dtype=torch.int64)
        losses.bootstrapped_losses(scores, classes, hardest_px).sum().backward()
        assert (scores.grad[:, 0] != 0).float().mean() == share


def test_hardest_pixels_are_those_of_each_image_and_not_of_the_batch():
    scores, classes = maps()
    with torch.no_grad():
        scores[0] *= 100
    losses.bootstrapped_losses(scores, classes, 10).sum().backward()
    counted = (scores.grad.abs().sum(dim=1) > 0).sum(dim=(1, 2))
    assert counted[1] == 10
    assert 0 < counted[0] <= 10


def test_unknown_pixels_never_rank_but_still_divide():
    scores = torch.randn(1, 3, 4, 4)
    classes = torch.full((1, 4, 4), IGNORED)
    classes[0, 0, :2] = 1
    expected = functional.cross_entropy(scores[:, :, 0, :2], classes[:, 0, :2], reduction="sum") / 8
    torch.testing.assert_close(losses.bootstrapped_losses(scores, classes, 8)[0], expected)


def test_loss_sampling_keeps_its_share_of_the_gradient_on_average():
    scores, classes = maps(images=1, height=4, width=4)
    losses.summed_cross_entropy(scores, classes).backward()
    full = scores.grad.clone()
    scores.grad = None
    draws = 4000
    for _ in range(draws):
        losses.summed_cross_entropy(scores, losses.keep_pixels(classes, 0.25)).backward()
    torch.testing.assert_close(scores.grad / draws, 0.25 * full, rtol=0, atol=0.03)


def test_loss_sampling_of_everything_is_the_full_loss():
    _, classes = maps()
    state = torch.get_rng_state()
    assert torch.equal(losses.keep_pixels(classes, 1.0), classes)
    assert torch.equal(torch.get_rng_state(), state)


def test_loss_sampling_repeats_itself_and_leaves_kept_pixels_alone():
    classes = torch.randint(0, 3, (1, 100, 100))
    first, again = (
        losses.keep_pixels(classes, 0.5, torch.Generator().manual_seed(7)) for _ in range(2)
    )
    assert torch.equal(first, again)
    kept = first != IGNORED
    assert torch.equal(first[kept], classes[kept])
    assert kept.float().mean().item() == pytest.approx(0.5, abs=0.03)


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (CrossEntropy("mean"), losses.cross_entropy),
        (CrossEntropy("sum"), losses.summed_cross_entropy),
        (SigmoidEntropy(0), losses.sigmoid_loss),
        (
            BootstrappedEntropy(9),
            lambda scores, classes: losses.bootstrapped_losses(scores, classes, 9).mean(),
        ),
    ],
)
def test_objective_is_the_loss_of_the_recipe(row, expected):
    scores, classes = maps()
    objective = losses.objective_of(row)
    found = objective.total(scores, classes) / objective.divisor([classes])
    torch.testing.assert_close(found, expected(scores, classes))


def test_objective_refuses_what_is_no_loss():
    with pytest.raises(TypeError, match="no loss"):
        losses.objective_of("mean")


def test_main_and_auxiliary_loss_are_weighed_and_learn_the_same_truth():
    (main, classes), (auxiliary, _) = maps(), maps()
    heads = (Head("main", main, 0.7), Head("auxiliary", auxiliary, 0.3))
    found = losses.heads_loss(heads, {"main": classes}, losses.objective_of(CrossEntropy()))
    expected = 0.7 * losses.cross_entropy(main, classes) + 0.3 * losses.cross_entropy(
        auxiliary, classes
    )
    torch.testing.assert_close(found, expected)


def test_second_task_has_its_own_truth_or_does_not_learn():
    (main, classes), (geometry, slopes) = maps(), maps(classes=3)
    heads = (Head("main", main), Head("geometry", geometry))
    objective = losses.objective_of(CrossEntropy("sum"))
    both = losses.heads_loss(heads, {"main": classes, "geometry": slopes}, objective)
    alone = losses.heads_loss(heads, {"main": classes}, objective)
    torch.testing.assert_close(alone, losses.summed_cross_entropy(main, classes))
    torch.testing.assert_close(both - alone, losses.summed_cross_entropy(geometry, slopes))


@pytest.mark.parametrize(
    "row",
    [CrossEntropy("sum"), CrossEntropy("mean"), SigmoidEntropy(0), BootstrappedEntropy(20)],
    ids=lambda row: f"{type(row).__name__} {getattr(row, 'reduction', '')}",
)
def test_gradients_of_images_one_by_one_are_those_of_their_batch(row):
    network = nn.Conv2d(3, 4, 3, padding=1).double()
    images = torch.randn(5, 3, 8, 8, dtype=torch.float64)
    classes = torch.randint(0, 4, (5, 8, 8))
    classes[1, 2:] = IGNORED
    objective = losses.objective_of(row)

    def gradient_of(parts):
        network.zero_grad()
        batches = [{"main": classes[part]} for part in parts]
        divisors = losses.divisors_of(batches, objective)
        for part, truths in zip(parts, batches, strict=True):
            head = Head("main", network(images[part]))
            losses.heads_loss((head,), truths, objective, divisors).backward()
        return network.weight.grad.clone()

    one_by_one = gradient_of([slice(i, i + 1) for i in range(5)])
    torch.testing.assert_close(one_by_one, gradient_of([slice(0, 5)]))


def test_half_precise_scores_are_added_up_precisely():
    scores = torch.zeros(1, 2, 300, 300, dtype=torch.bfloat16)
    classes = torch.zeros(1, 300, 300, dtype=torch.int64)
    objective = losses.objective_of(CrossEntropy("sum"))
    found = losses.heads_loss((Head("main", scores),), {"main": classes}, objective)
    assert found.item() == pytest.approx(90_000 * math.log(2), rel=1e-5)


def test_balanced_loss_weighs_classes_the_same_and_ignores_absent_ones():
    scores = torch.randn(1, 4, 1, 10)
    classes = torch.tensor([[[0] * 7 + [2] * 2 + [IGNORED]]])
    each = functional.cross_entropy(scores, classes, ignore_index=IGNORED, reduction="none")[0, 0]
    expected = (each[:7].mean() + each[7:9].mean()) / 2
    torch.testing.assert_close(losses.balanced_entropy(scores, classes), expected)
    objective = losses.objective_of(BalancedEntropy())
    found = objective.total(scores, classes) / objective.divisor([classes])
    torch.testing.assert_close(found, expected)


def test_balanced_loss_without_labels_is_zero_with_a_gradient():
    scores = torch.randn(1, 4, 1, 10, requires_grad=True)
    loss = losses.balanced_entropy(scores, torch.full((1, 1, 10), IGNORED))
    loss.backward()
    assert loss.item() == 0
    assert not scores.grad.any()


def test_balanced_loss_takes_no_class_weights():
    with pytest.raises(ValueError, match="no class weights"):
        losses.objective_of(BalancedEntropy(), torch.ones(3))
