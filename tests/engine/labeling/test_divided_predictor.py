# SPDX-License-Identifier: GPL-2.0-or-later
"""Where memory runs out, smaller pieces give the same labels, and each step is told once."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from orthoscribe.engine.architectures import build
from orthoscribe.engine.labeling.divided_predictor import DividedPredictor
from orthoscribe.engine.labeling.predictor import Predictor
from orthoscribe.engine.labeling.sliding_window import label_scene
from orthoscribe.engine.protocol import row_named

ROW = row_named("maggiori_skip")
CODES = (1, 2, 4, 5, 9)


class SmallMemory(Predictor):
    """A predictor that raises like torch where windows have more than some pixels.

    Args:
        most_px: number of pixels that fit; 0 after the network was moved: all.
        pretended: type of the device that it pretends to have.
    """

    def __init__(self, most_px, pretended="cpu"):
        torch.manual_seed(11)
        network = build(ROW.name, 4, 5).eval()
        geometry = {"stride_px": ROW.stride_px, "halo_px": ROW.halo_px}
        super().__init__(network, torch.device("cpu"), codes=CODES, **geometry)
        self.most_px, self.device, self.sizes_px = most_px, torch.device(pretended), []

    def scores(self, batch, core):
        size_px = batch[:, 0].size
        self.sizes_px.append(size_px)
        if self.device.type != "cpu" and size_px > self.most_px:
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB.")
        if self.device.type == "cpu" and self.most_px and size_px > self.most_px:
            raise RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate")
        device, self.device = self.device, torch.device("cpu")  # where the network really is
        try:
            return super().scores(batch, core)
        finally:
            self.device = device

    def move_to_processor(self):
        super().move_to_processor()
        self.most_px = 0


def labeled(predictor, **options):
    """Return codes, confidence, and the sentences told, of a scene of 200 x 620 px."""
    image = np.random.default_rng(3).normal(size=(4, 200, 620)).astype(np.float32)
    codes, percents = np.zeros((2, 200, 620), np.uint8)
    told = []

    def write(window, some, confidence):
        codes[window.slices], percents[window.slices] = some, confidence

    label_scene(
        lambda window: (image[(slice(None), *window.slices)], np.ones(window[2:], bool)),
        write,
        predictor,
        200,
        620,
        threads=1,
        with_confidence=True,
        warn=told.append,
        **options,
    )
    return codes, percents, told


@pytest.fixture(scope="module")
def expected():
    return labeled(SmallMemory(0), tile_size_px=128)


def is_same(labels, expected):
    """Say whether codes are equal and confidences too, up to rounding."""
    codes, percents = (np.asarray(each, int) for each in labels)
    return (codes == expected[0]).mean() > 0.9999 and abs(percents - expected[1]).max() <= 1


def test_batch_that_does_not_fit_is_computed_tile_by_tile(expected):
    predictor = SmallMemory(288 * 208)
    codes, percents, told = labeled(predictor, tile_size_px=128, batch_size=2)
    assert is_same((codes, percents), expected)
    assert told == ["The computer ran out of memory: smaller batches of tiles are computed."]


@pytest.mark.parametrize("most_px", [200 * 200, 180 * 200])
def test_tile_that_does_not_fit_is_computed_in_parts_with_the_same_labels(most_px, expected):
    predictor = SmallMemory(most_px)
    codes, percents, told = labeled(predictor, tile_size_px=128)
    assert is_same((codes, percents), expected)
    assert len(told) == 1
    assert "tiles are computed in parts" in told[0]


def test_what_did_not_fit_is_not_tried_again():
    predictor = SmallMemory(200 * 200)
    labeled(predictor, tile_size_px=128)
    too_large = [size_px for size_px in predictor.sizes_px if size_px > 200 * 200]
    assert len(too_large) == len(set(too_large)) <= 3


def test_card_without_enough_memory_is_left_for_the_processor(expected):
    predictor = SmallMemory(100, pretended="cuda")
    codes, percents, told = labeled(predictor, tile_size_px=128, batch_size=2)
    assert is_same((codes, percents), expected)
    assert predictor.device.type == "cpu"
    assert [sentence.split(", which")[0] for sentence in told] == [
        "The graphics card ran out of memory: tiles are computed in parts",
        "The graphics card ran out of memory: the rest is computed on the processor",
    ]


def test_computer_without_memory_for_the_smallest_piece_fails():
    with pytest.raises(RuntimeError, match="DefaultCPUAllocator"):
        labeled(SmallMemory(10), tile_size_px=128)


def test_other_errors_are_not_taken_for_a_lack_of_memory():
    predictor = SmallMemory(0)
    predictor.network.forward = None
    with pytest.raises(TypeError):
        DividedPredictor(predictor, pytest.fail).codes_and_confidence(
            np.zeros((1, 4, 32, 32), np.float32), (slice(0, 32), slice(0, 32))
        )
