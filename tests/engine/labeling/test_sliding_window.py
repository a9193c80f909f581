# SPDX-License-Identifier: GPL-2.0-or-later
"""A tiled run equals a whole-image run, whatever the sizes."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pytest
import torch
from orthoscribe.engine.architectures import Padded, build
from orthoscribe.engine.labeling.predictor import Predictor
from orthoscribe.engine.labeling.sliding_window import label_scene
from orthoscribe.engine.protocol import CATALOG, ModelError
from orthoscribe.engine.tiling.grid import padded_size, plan_tiles
from orthoscribe.engine.tiling.window import Window

CODES = (1, 2, 4, 5, 9)
NARROW = {"width": "1/16"}
ROUNDING = 1e-6  # of a sum of float32 numbers, over the largest
SMALL = tuple(f"maggiori_{name}" for name in ("fcn", "unpool_max", "unpool_avg", "skip", "mlp"))
every_row = pytest.mark.parametrize("row", CATALOG, ids=lambda row: row.name)
every_small_row = pytest.mark.parametrize(
    "row", [row for row in CATALOG if row.name in SMALL], ids=lambda row: row.name
)


def network_of(row):
    torch.manual_seed(11)
    options = {} if row.name in SMALL else NARROW
    return build(row.name, 4, 5, options).eval().requires_grad_(False)


def predictor_of(row):
    return Predictor(
        network_of(row),
        torch.device("cpu"),
        codes=CODES,
        stride_px=row.stride_px,
        halo_px=row.halo_px,
    )


def scene(height, width):
    random = np.random.default_rng(height * 1000 + width)
    return random.normal(size=(4, height, width)).astype(np.float32)


class Whole(NamedTuple):
    """What the network itself, run once over the whole image, says of each pixel.

    Args:
        codes: (H, W) uint8.
        percent: (H, W) float32, the confidence.
        is_tied: (H, W) bool, whether rounding decides between two classes.
    """

    codes: np.ndarray
    percent: np.ndarray
    is_tied: np.ndarray


def whole(row, image):
    with torch.no_grad():
        scores = Padded(network_of(row), row.stride_px)(torch.from_numpy(image)[None])[0]
    percent = (100 * scores.softmax(0).amax(0)).numpy()
    first, second = scores.topk(2, dim=0).values
    is_tied = (first - second <= ROUNDING * scores.abs().max()).numpy()
    assert is_tied.mean() < 1e-3
    return Whole(np.array(CODES, np.uint8)[scores.argmax(0).numpy()], percent, is_tied)


def is_same(codes, expected):
    """Say whether all labels are those expected, wherever these are no matter of rounding."""
    return bool(((codes == expected.codes) | expected.is_tied).all())


def label(predictor, image, valid=None, **options):
    """Return codes and confidence of a tiled run, and how often each pixel was written."""
    height, width = image.shape[1:]
    known = np.ones((height, width), bool) if valid is None else valid
    codes, confidence = np.full((2, height, width), 255, np.uint8)
    count = np.zeros((height, width), int)

    def write(window, some_codes, some_confidence):
        codes[window.slices], confidence[window.slices] = some_codes, some_confidence
        count[window.slices] += 1

    def read(window):
        assert not window.is_empty
        assert window == window.clip(height, width)
        return image[(slice(None), *window.slices)], known[window.slices]

    label_scene(read, write, predictor, height, width, with_confidence=True, **options)
    assert (count == 1).all()
    return codes, confidence


@every_row
@pytest.mark.parametrize(("height", "width"), [(33, 47), (100, 130)])
def test_tiled_run_of_any_network_equals_whole_image_run(row, height, width):
    image = scene(height, width)
    codes, _ = label(predictor_of(row), image, tile_size_px=64, threads=1)
    assert is_same(codes, whole(row, image))


@every_small_row
@pytest.mark.parametrize(("height", "width"), [(33, 47), (64, 65), (100, 130), (1, 192)])
def test_tiled_run_equals_whole_image_run(row, height, width):
    image = scene(height, width)
    codes, confidence = label(predictor_of(row), image, tile_size_px=64, threads=1)
    expected = whole(row, image)
    assert is_same(codes, expected)
    assert np.abs(confidence - expected.percent).max() <= 0.5 + 1e-3


@every_small_row
@pytest.mark.parametrize(("batch_size", "threads"), [(2, 1), (3, 2), (4, 1), (8, 2)])
def test_batches_and_threads_change_no_label(row, batch_size, threads):
    image = scene(48, 150)
    expected = whole(row, image)
    options = {"tile_size_px": 16, "batch_size": batch_size, "threads": threads}
    assert is_same(label(predictor_of(row), image, **options)[0], expected)


@every_small_row
def test_scores_of_each_tile_are_those_of_the_whole_image(row):
    height, width, stride = 112, 176, row.stride_px
    image = torch.from_numpy(scene(height, width))[None]
    with torch.no_grad():
        expected = network_of(row)(image)
    predictor, largest = predictor_of(row), float(expected.abs().max())
    tiles = plan_tiles(height, width, core_px=48, stride_px=stride, halo_px=row.halo_px)
    for core, window in tiles:
        rows, cols = window.slices
        seen = np.ascontiguousarray(image[..., rows, cols].numpy())
        found = predictor.scores(seen, core.shift(-window.row, -window.col).slices)
        difference = found - expected[(..., *core.slices)]
        assert float(difference.abs().max()) <= 1e-5 * max(1.0, largest)


@every_small_row
def test_tiles_off_the_stride_would_differ(row):
    image = torch.from_numpy(scene(64, 480))[None]
    with torch.no_grad():
        expected = network_of(row)(image)
    shifted = predictor_of(row).scores(
        np.ascontiguousarray(image[..., 8:472].numpy()), (slice(0, 64), slice(200, 264))
    )
    assert float((shifted - expected[..., 208:272]).abs().max()) > 1e-3


@every_small_row
@pytest.mark.parametrize("tile_size_px", [16, 48, 512])
@pytest.mark.parametrize(
    "wanted", [Window(0, 0, 5, 7), Window(37, 101, 41, 50), Window(150, 130, 25, 77)]
)
def test_part_of_a_scene_is_labeled_as_in_the_whole(row, wanted, tile_size_px):
    image, codes = scene(175, 207), np.zeros((175, 207), np.uint8)
    label_scene(
        lambda window: (image[(slice(None), *window.slices)], np.ones(window[2:], bool)),
        lambda window, some, _: codes.__setitem__(window.slices, some),
        predictor_of(row),
        175,
        207,
        wanted=wanted,
        tile_size_px=tile_size_px,
        threads=1,
    )
    is_wanted = np.zeros(codes.shape, bool)
    is_wanted[wanted.slices] = True
    assert not codes[~is_wanted].any()
    expected = whole(row, image)
    assert is_same(np.where(is_wanted, codes, expected.codes), expected)


def test_network_that_needs_the_whole_image_gets_it_for_a_part():
    image, seen = scene(50, 70), []
    predictor = predictor_of(CATALOG[0])
    predictor.halo_px = None
    wanted = Window(11, 20, 3, 33)
    label_scene(
        lambda window: seen.append(window) or (image, np.ones((50, 70), bool)),
        lambda *_: None,
        predictor,
        50,
        70,
        wanted=wanted,
        threads=1,
    )
    assert seen == [Window(0, 0, 50, 70)]


@every_small_row
def test_invalid_pixels_have_no_code_and_no_confidence(row):
    image = scene(70, 90)
    valid = np.random.default_rng(1).random((70, 90)) > 0.3
    valid[:, 64:] = False
    image[:, ~valid] = 0
    codes, confidence = label(predictor_of(row), image, valid, tile_size_px=32, threads=1)
    expected = whole(row, image)
    assert not codes[~valid].any()
    assert is_same(np.where(valid, codes, expected.codes), expected)
    assert (confidence[~valid] == 0).all()
    assert (confidence[valid] >= 20).all()


@every_small_row
def test_scene_without_a_valid_pixel_is_all_nodata(row):
    image = np.zeros((4, 40, 40), np.float32)
    codes, confidence = label(predictor_of(row), image, np.zeros((40, 40), bool))
    assert not codes.any()
    assert not confidence.any()


def test_network_that_needs_the_whole_image_gets_it():
    image, seen = scene(50, 70), []
    predictor = predictor_of(CATALOG[0])
    predictor.halo_px = None

    def read(window):
        seen.append(window)
        return image, np.ones((50, 70), bool)

    label_scene(read, lambda *_: None, predictor, 50, 70, threads=1)
    assert seen == [Window(0, 0, 50, 70)]
    assert padded_size(70, 16) == 80


def test_progress_rises_to_one():
    fractions = []
    image = scene(32, 96)
    label(predictor_of(CATALOG[0]), image, tile_size_px=32, threads=1, on_progress=fractions.append)
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1


def test_confidence_is_left_out_when_not_wanted():
    kept = []
    label_scene(
        lambda window: (scene(window.height, window.width), np.ones((20, 20), bool)),
        lambda _, codes, confidence: kept.append((codes.dtype, confidence)),
        predictor_of(CATALOG[0]),
        20,
        20,
        threads=1,
    )
    assert kept == [(np.uint8, None)]


def test_threads_of_torch_are_as_before():
    before = torch.get_num_threads()
    label(predictor_of(CATALOG[0]), scene(32, 32), threads=3)
    assert torch.get_num_threads() == before


@pytest.mark.parametrize("damage", [float("nan"), float("inf"), -float("inf"), 1e38])
@pytest.mark.parametrize("tensor", [0, -1])
def test_scores_that_are_no_numbers_are_refused(damage, tensor):
    row = next(each for each in CATALOG if each.name == "maggiori_fcn")
    predictor = predictor_of(row)
    with torch.no_grad():
        damaged = list(predictor.network.parameters())[tensor]
        damaged[(0,) * damaged.ndim] = damage
        if damage == 1e38:  # finite by itself, and too large to compute with
            for each in predictor.network.parameters():
                each.fill_(damage)
    image = scene(96, 96)

    def read(window):
        return image[(slice(None), *window.slices)], np.ones((window.height, window.width), bool)

    with pytest.raises(ModelError, match="NaN or infinite"):
        label_scene(read, lambda *_: None, predictor, 96, 96)
