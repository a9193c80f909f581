# SPDX-License-Identifier: GPL-2.0-or-later
"""Parts of a training run by themselves: patches, seeds, curves, recomputing, progress."""

from __future__ import annotations

import copy

import numpy as np
import pytest
import torch
from orthoscribe.engine.architectures import build, training_heads
from orthoscribe.engine.metrics import IGNORED
from orthoscribe.engine.protocol import OutputError
from orthoscribe.engine.protocol.catalog.recipes import (
    BootstrappedEntropy,
    CrossEntropy,
    SigmoidEntropy,
)
from orthoscribe.engine.training.class_weights import class_weights
from orthoscribe.engine.training.losses import objective_of
from orthoscribe.engine.training.patch_sampler import PatchSampler
from orthoscribe.engine.training.recomputing import parts_of, recomputed
from orthoscribe.engine.training.seeds import seed_at
from orthoscribe.engine.training.trainer.curve_file import CurveFile
from orthoscribe.engine.training.trainer.progress import RunProgress
from torch import nn


def draws(sampler, count, size=16, share=0.0):
    rng = np.random.default_rng(0)
    return [sampler.draw(rng, size, size + 8, share) for _ in range(count)]


def test_windows_lie_anywhere_in_the_scene_and_nowhere_else():
    windows = draws(PatchSampler(np.zeros((40, 70), np.uint8)), 400)
    assert {window.row for window in windows} == set(range(25))
    assert {window.col for window in windows} == set(range(47))
    assert {(window.height, window.width) for window in windows} == {(16, 24)}


def test_window_always_has_labels():
    classes = np.full((300, 300), IGNORED, np.uint8)
    classes[290:293, 5:9] = 2
    for window in draws(PatchSampler(classes), 50):
        assert (classes[window.slices] == 2).any()


def test_balanced_windows_show_rare_classes_as_often_as_common_ones():
    classes = np.zeros((2100, 90), np.uint8)  # more than a strip of blocks
    classes[2090:2094, 33:36] = 1
    windows = draws(PatchSampler(classes), 200, share=1.0)
    with_rare = np.mean([(classes[window.slices] == 1).any() for window in windows])
    assert 0.4 < with_rare < 0.65


def test_window_as_large_as_the_scene_is_the_scene():
    (window,) = draws(PatchSampler(np.zeros((16, 24), np.uint8)), 1, share=1.0)
    assert window == (0, 0, 16, 24)


def test_seeds_of_different_positions_differ():
    positions = [
        (stage, step, process) for stage in range(3) for step in range(50) for process in (0, 1)
    ]
    assert len({seed_at(1, *position) for position in positions}) == len(positions)
    assert all(0 <= seed_at(1, *position) < 2**63 for position in positions)


def noted(folder, begins, steps, scores=("mean_f1",)):
    """Append rows of steps to the curve of a folder, and return its lines."""
    curve = CurveFile(folder, scores, begins)
    for step in steps:
        curve.append(step, 1, 1 / step, 0.01, {"mean_f1": 0.5} if step % 2 == 0 else {})
        assert (folder / "curve.csv").read_text().endswith("\n")  # flushed
    curve.close()
    return (folder / "curve.csv").read_text().splitlines()


def test_curve_has_a_row_for_each_step(tmp_path):
    assert noted(tmp_path / "logs", 0, (3, 4)) == [
        "step,stage,loss,learning_rate,validation_mean_f1",
        "3,1,0.333333,0.01,",
        "4,1,0.25,0.01,0.5",
    ]


@pytest.mark.parametrize("torn", ["", "7,1,0.1", "\0\0\0\0", "7,1\n", "seven,1,0.1,0.01,\n"])
def test_curve_goes_on_after_the_checkpoint_without_repeating_steps(tmp_path, torn):
    """The process was killed after step 6, perhaps within a row; its checkpoint is of step 4."""
    noted(tmp_path, 0, range(1, 7))
    with (tmp_path / "curve.csv").open("a") as file:
        file.write(torn)
    lines = noted(tmp_path, 4, range(5, 9))
    assert lines == noted(tmp_path / "whole", 0, range(1, 9))
    assert [path.name for path in tmp_path.glob("*.csv")] == ["curve.csv"]


def test_curve_of_a_run_before_is_kept(tmp_path):
    before = [noted(tmp_path, 0, steps) for steps in ((1, 2, 3), (1, 2))]
    assert len(noted(tmp_path, 0, (1,))) == 2
    kept = [(tmp_path / f"curve-{number}.csv").read_text().splitlines() for number in (1, 2)]
    assert kept == before


@pytest.mark.parametrize("content", [b"step;stage;loss\r\n1;1;0,5\r\n", b"", b"\xff\xfe1\n"])
def test_curve_with_other_columns_is_kept_when_a_run_goes_on(tmp_path, content):
    (tmp_path / "curve.csv").write_bytes(content)
    assert len(noted(tmp_path, 4, (5, 6))) == 3
    assert (tmp_path / "curve-1.csv").read_bytes() == content


def test_curve_that_cannot_be_written_is_an_output_error(tmp_path):
    (tmp_path / "logs").write_text("a file where a folder should be")
    with pytest.raises(OutputError, match="is a file, not a folder"):
        CurveFile(tmp_path / "logs", (), 0)


@pytest.mark.parametrize(
    "architecture",
    ["maggiori_unpool_max", "fcn_two_headed", "ldn121", "ladder_resnet50", "frrn_a"],
)
def test_recomputed_network_has_the_same_gradients_and_statistics(architecture):
    torch.manual_seed(0)
    plain = build(architecture, 4, 3, {"width": "1/16"}).train()
    twice = copy.deepcopy(plain)
    images = torch.randn(2, 4, 64, 64)
    held = {}
    for network in (plain, twice):
        held[network] = 0
        torch.manual_seed(1)
        with torch.autograd.graph.saved_tensors_hooks(
            lambda tensor, of=network: count(held, of, tensor), lambda tensor: tensor
        ):
            if network is twice:
                with recomputed(network):
                    heads = training_heads(network, images)
            else:
                heads = training_heads(network, images)
        torch.stack([(head.scores**2).mean() for head in heads]).sum().backward()
    assert held[twice] < 0.5 * held[plain]
    for one, other in zip(plain.parameters(), twice.parameters(), strict=True):
        if one.grad is not None:
            assert torch.equal(one.grad, other.grad)
    for one, other in zip(plain.buffers(), twice.buffers(), strict=True):
        assert torch.equal(one, other)
    assert not any("forward" in vars(part) for part in parts_of(twice))


def count(held, network, tensor):
    held[network] += tensor.numel()
    return tensor


@pytest.mark.parametrize(
    "loss", [CrossEntropy(), CrossEntropy("sum"), BootstrappedEntropy(9), SigmoidEntropy(None)]
)
def test_equal_class_weights_change_nothing_and_others_do(loss):
    torch.manual_seed(0)
    scores, classes = torch.randn(2, 3, 4, 4), torch.randint(0, 3, (2, 4, 4))
    classes[0, 0] = IGNORED
    values = []
    for weights in (None, torch.ones(3), torch.tensor([5.0, 1.0, 0.1])):
        objective = objective_of(loss, weights)
        values.append(objective.total(scores, classes) / objective.divisor([classes]))
    torch.testing.assert_close(values[0], values[1])
    assert not torch.isclose(values[0], values[2])


def test_weighted_mean_is_that_of_torch():
    scores, classes = torch.randn(2, 3, 4, 4), torch.randint(0, 3, (2, 4, 4))
    weights = torch.tensor([5.0, 1.0, 0.1])
    objective = objective_of(CrossEntropy(), weights)
    expected = nn.functional.cross_entropy(scores, classes, weights)
    torch.testing.assert_close(
        objective.total(scores, classes) / objective.divisor([classes]), expected
    )


def test_class_weights_are_one_on_average():
    shares = np.array([0.7, 0.29, 0.01])
    weights = class_weights(shares, 0.4)
    assert float((weights * torch.tensor(shares)).sum()) == pytest.approx(1)
    assert list(weights) == sorted(weights)


def test_progress_keeps_the_best_score_and_how_long_ago_it_was():
    progress = RunProgress()
    assert [progress.update_best(score) for score in (0.2, 0.5, 0.4, 0.5)] == [
        True,
        True,
        False,
        False,
    ]
    assert (progress.best, progress.misses) == (0.5, 2)
    progress.next_stage()
    assert progress.update_best(0.1)
