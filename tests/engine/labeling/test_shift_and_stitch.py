# SPDX-License-Identifier: GPL-2.0-or-later
"""Shifting and stitching equals dilating, and gives coarse scores full resolution."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from orthoscribe.engine.architectures import build
from orthoscribe.engine.labeling.predictor import Predictor
from orthoscribe.engine.labeling.shift_and_stitch import ShiftAndStitch, stitched_scores
from orthoscribe.engine.labeling.sliding_window import label_scene
from orthoscribe.engine.protocol import row_named
from torch import nn
from torch.nn import functional

STRIDE_PX = 16  # of the base FCN
CENTER_PX = 7  # of the pixels a cell of it sees
REACH_PX = 67  # (135 - 1) / 2


class Valid(nn.Module):
    """Three convolutions and two pools without padding, total stride 4, or the same dilated."""

    def __init__(self):
        super().__init__()
        self.weights = nn.ParameterList(
            torch.randint(-3, 4, shape).double()
            for shape in ((4, 2, 3, 3), (5, 4, 3, 3), (3, 5, 2, 2))
        )

    def forward(self, image, *, dilated=False):
        maps, dilation = image, 1
        for number, weight in enumerate(self.weights):
            if number:
                stride = 1 if dilated else 2
                maps = functional.max_pool2d(maps.relu(), 2, stride, dilation=dilation)
                dilation *= 2 if dilated else 1
            maps = functional.conv2d(maps, weight, dilation=dilation)
        return maps


class Nearest(nn.Module):
    """A network with coarse scores of stride 4 but without any layer of weights."""

    def coarse_scores(self, image):
        return functional.avg_pool2d(image, 4)


def base_fcn():
    torch.manual_seed(31)
    return build("maggiori_fcn", 4, 5, {"width": "1/16"}).eval().requires_grad_(False)


def stitched_fcn():
    return ShiftAndStitch(base_fcn(), STRIDE_PX).eval()


@pytest.mark.parametrize(("height", "width"), [(21, 25), (22, 24), (23, 31), (40, 33)])
def test_stitched_scores_equal_those_of_the_dilated_network(height, width):
    torch.manual_seed(30)
    network = Valid()
    image = torch.randint(-9, 10, (2, 2, height, width)).double()  # whole numbers: no rounding
    with torch.no_grad():
        dilated = network(image, dilated=True)
        stitched = stitched_scores(network, image, 4, center_px=0)
    assert 0 <= stitched.shape[2] - dilated.shape[2] < 4
    assert 0 <= stitched.shape[3] - dilated.shape[3] < 4
    assert torch.equal(stitched[..., : dilated.shape[2], : dilated.shape[3]], dilated)
    assert torch.equal(stitched[..., ::4, ::4], network(image))


def test_stitched_scores_equal_those_of_the_dilated_network_on_real_numbers():
    torch.manual_seed(30)
    network = Valid()
    image = torch.randn(1, 2, 33, 29, dtype=torch.float64)
    with torch.no_grad():
        dilated = network(image, dilated=True)
        stitched = stitched_scores(network, image, 4, center_px=0)
    difference = stitched[..., : dilated.shape[2], : dilated.shape[3]] - dilated
    assert difference.abs().max() <= 1e-13 * dilated.abs().max()


def test_gradients_of_stitched_scores_are_those_of_the_dilated_network():
    torch.manual_seed(30)
    network = Valid()
    image = torch.randn(1, 2, 25, 25, dtype=torch.float64)
    gradients = []
    for scores in (network(image, dilated=True), stitched_scores(network, image, 4, center_px=0)):
        network.zero_grad()
        scores[..., :8, :8].square().sum().backward()
        gradients.append(torch.cat([each.grad.flatten() for each in network.weights]))
    torch.testing.assert_close(gradients[1], gradients[0])


def test_base_fcn_scores_every_pixel():
    network = base_fcn()
    image = torch.randn(2, 4, 32, 48)
    coarse, stitched = network.coarse_scores(image), stitched_fcn()(image)
    assert coarse.shape == (2, 5, 2, 3)
    assert stitched.shape == (2, 5, 32, 48)
    at_centers = stitched[..., CENTER_PX::STRIDE_PX, CENTER_PX::STRIDE_PX]
    torch.testing.assert_close(at_centers, coarse)


def test_moved_image_moves_the_scores_by_as_many_pixels():
    network = stitched_fcn()
    image = torch.randn(1, 4, 16, 192)
    moved = image.roll(5, dims=3)
    inside = slice(REACH_PX + 5, 192 - REACH_PX)
    before = slice(inside.start - 5, inside.stop - 5)
    torch.testing.assert_close(network(moved)[..., inside], network(image)[..., before])
    interpolated = base_fcn()
    change = interpolated(moved)[..., inside] - interpolated(image)[..., before]
    assert change.abs().max() > 0.01


def test_a_pixel_sees_as_far_to_all_sides_in_every_phase():
    network = stitched_fcn()
    for parameter in network.parameters():
        parameter.abs_()
    start, width = 80, 176
    image = torch.ones(STRIDE_PX, 4, 16, width)
    for phase in range(STRIDE_PX):
        image[phase, :, :, start + phase] = torch.nan
    seen = network(image).isnan().any(1).any(1)
    for phase in range(STRIDE_PX):
        columns = seen[phase].nonzero()
        column = start + phase
        assert (int(columns[0]), int(columns[-1])) == (column - REACH_PX, column + REACH_PX)


def test_tiles_with_the_halo_of_the_network_give_the_labels_of_the_whole_image():
    row = row_named("maggiori_fcn")
    assert row.halo_px >= REACH_PX
    image = np.random.default_rng(32).normal(size=(4, 14, 180)).astype(np.float32)
    valid = np.ones((14, 180), bool)
    found = np.zeros((14, 180), np.uint8)

    def read(window):
        return image[(slice(None), *window.slices)], valid[window.slices]

    def write(window, codes, _):
        found[window.slices] = codes

    predictor = Predictor(
        stitched_fcn(),
        torch.device("cpu"),
        codes=(1, 2, 3, 4, 5),
        stride_px=row.stride_px,
        halo_px=row.halo_px,
    )
    label_scene(read, write, predictor, 14, 180, tile_size_px=64, threads=1)
    padded = functional.pad(torch.from_numpy(image)[None], (0, 12, 0, 2))
    with torch.no_grad():
        scores = stitched_fcn()(padded)[0, :, :14, :180]
    best, second = scores.topk(2, dim=0).values
    decided = (best - second > 1e-4).numpy()
    assert decided.mean() > 0.9
    assert len(np.unique(found)) > 1
    assert np.array_equal(found[decided], scores.argmax(0).numpy()[decided] + 1)


def test_stride_one_changes_nothing():
    image = torch.randn(1, 2, 5, 7)
    assert torch.equal(stitched_scores(lambda given: 2 * given, image, 1), 2 * image)


def test_cells_are_about_the_middle_of_their_pixels_unless_told_otherwise():
    ramp = torch.arange(32.0).view(1, 1, 1, 32).expand(1, 1, 32, 32)
    inside = slice(4, -4)
    middle = ShiftAndStitch(Nearest(), 4)(ramp)[..., inside, inside]
    torch.testing.assert_close(middle, ramp[..., inside, inside] + 0.5)  # centers lie at 1.5
    right = ShiftAndStitch(Nearest(), 4, center_px=2)(ramp)[..., inside, inside]
    torch.testing.assert_close(right, ramp[..., inside, inside] - 0.5)


def test_network_without_coarse_scores_is_refused():
    with pytest.raises(TypeError, match="Identity has no coarse scores"):
        ShiftAndStitch(nn.Identity(), 4)


def test_stride_below_one_is_refused():
    with pytest.raises(ValueError, match="at least one"):
        stitched_scores(lambda given: given, torch.zeros(1, 1, 4, 4), 0, 0)


@pytest.mark.parametrize("padding", ["pad100", "same"])
def test_stitched_fcn_agrees_with_interpolation_at_its_cells_and_tiles_exactly(padding):
    torch.manual_seed(4)
    row, options = row_named("fcn_pool3"), {"width": "1/16", "padding": padding}
    network = build(row.name, 2, 3, options).double().eval().requires_grad_(False)
    stride, center = row.stride_px, network.coarse_center_px
    stitched = ShiftAndStitch(network, stride, center)
    image = torch.randn(1, 2, stride, row.halo_px + 3 * stride, dtype=torch.float64)
    whole = stitched(image)
    coarse = network.coarse_scores(image)
    assert torch.equal(
        whole[..., center::stride, center::stride],
        coarse[..., :1, : coarse_width(whole, center, stride)],
    )
    tile = stitched(image[..., : stride + row.halo_px])
    torch.testing.assert_close(tile[..., :stride], whole[..., :stride], rtol=0, atol=1e-12)


def coarse_width(whole, center, stride):
    return len(range(center, whole.shape[-1], stride))


@pytest.mark.parametrize("name", ["fcn_8s_staged", "fcn_16s"])
def test_network_with_skips_has_no_single_coarse_map(name):
    assert build(name, 2, 3, {"width": "1/16"}).coarse_center_px is None


@pytest.mark.parametrize(("name", "center_px"), [("fcn_32s", 12), ("fcn_null_background", 12)])
def test_cells_of_the_released_padding_lie_where_the_crop_says(name, center_px):
    network = build(name, 2, 3, {"width": "1/16"}).eval()
    assert network.coarse_center_px == center_px  # crop 19 of a kernel of 64: 31.5 - 19 = 12.5
    with torch.no_grad():
        assert network.coarse_scores(torch.zeros(1, 2, 64, 64)).shape[1] == 3
