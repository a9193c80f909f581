# SPDX-License-Identifier: GPL-2.0-or-later
"""Parts of a training run by themselves: patches, seeds, event files, recomputing, progress."""

from __future__ import annotations

import copy
import struct

import numpy as np
import pytest
import torch
from orthoscribe.engine.architectures import build, training_heads
from orthoscribe.engine.metrics import IGNORED
from orthoscribe.engine.protocol.catalog.recipes import (
    BootstrappedEntropy,
    CrossEntropy,
    SigmoidEntropy,
)
from orthoscribe.engine.training.losses import objective_of
from orthoscribe.engine.training.places import PatchSampler
from orthoscribe.engine.training.recomputing import parts_of, recomputed
from orthoscribe.engine.training.samples import balancing_weights
from orthoscribe.engine.training.trainer.event_file import EventFile, crc32c
from orthoscribe.engine.training.trainer.progress import RunProgress
from orthoscribe.engine.training.trainer.seeds import seed_at
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


def read_records(content):
    """Yield the contents of a file of records, their checksums tested."""
    while content:
        (length,) = struct.unpack("<Q", content[:8])
        for part, at in ((content[:8], 8), (content[12 : 12 + length], 12 + length)):
            crc = crc32c(part)
            masked = ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF
            assert struct.unpack("<I", content[at : at + 4]) == (masked,)
        yield content[12 : 12 + length]
        content = content[16 + length :]


def test_event_file_holds_what_tensorboard_reads(tmp_path):
    EventFile(tmp_path, 7).add(300, {"loss": 0.5, "rate": 2.0})
    (path,) = tmp_path.iterdir()
    assert ".tfevents." in path.name
    version, session, numbers = read_records(path.read_bytes())
    assert version.endswith(b"\x1a\x0dbrain.Event:2")
    assert session[9:] == b"\x10\x07\x3a\x02\x08\x01"  # step 7, session started
    loss = b"\x0a\x04loss\x15" + struct.pack("<f", 0.5)
    rate = b"\x0a\x04rate\x15" + struct.pack("<f", 2.0)
    summary = b"\x0a\x0b" + loss + b"\x0a\x0b" + rate
    assert numbers[0] == 0x09
    assert numbers[9:] == b"\x10\xac\x02\x2a\x1a" + summary  # 300 is 0xac 0x02


def test_checksum_is_that_of_castagnoli():
    assert crc32c(b"123456789") == 0xE3069283
    assert crc32c(bytes(32)) == 0x8A9136AA  # RFC 3720, B.4


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
    weights = balancing_weights(shares, 0.4)
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
