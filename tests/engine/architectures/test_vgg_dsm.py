# SPDX-License-Identifier: GPL-2.0-or-later
"""VGG + DSM: parameters, what each stream sees, where they meet."""

from __future__ import annotations

import pytest
import torch
from orthoscribe.engine.architectures import build, count_parameters

BOTH = pytest.mark.parametrize(("name", "stride"), [("vgg_dsm", 32), ("vgg_dsm_dilation", 8)])


@BOTH
@pytest.mark.parametrize(
    ("bands", "classes", "expected"), [(4, 5, 137_557_545), (4, 6, 137_562_666)]
)
def test_parameters_are_the_published_ones(name, stride, bands, classes, expected):
    with torch.device("meta"):
        network = build(name, bands, classes)
    assert count_parameters(network) == expected
    assert sum(tensor.numel() for tensor in network.heights.parameters()) == 3_271_396
    assert network.score.in_channels == 4096 + 1024


@BOTH
def test_image_stream_sees_three_bands_and_heights_stream_the_others(name, stride):
    network = build(name, 5, 2, {"width": "1/16"}).eval()
    seen = {}
    for stream in ("image", "heights"):
        getattr(network, stream).register_forward_pre_hook(
            lambda _, given, stream=stream: seen.update({stream: given[0][0, :, 0, 0].tolist()})
        )
    image = torch.arange(5.0)[None, :, None, None].expand(1, 5, stride, stride)
    network(image)
    assert seen == {"image": [0, 1, 2], "heights": [3, 4]}


@BOTH
@pytest.mark.parametrize("bands", [1, 3])
def test_both_streams_see_everything_where_there_are_no_heights(name, stride, bands):
    network = build(name, bands, 2, {"width": "1/16"})
    assert network.image.stages[0][0].in_channels == bands
    assert network.heights.convs[0].in_channels == bands


@BOTH
def test_streams_meet_at_the_stride_of_the_row(name, stride):
    network = build(name, 4, 2, {"width": "1/16"}).eval()
    sizes = []
    network.score.register_forward_hook(lambda *given: sizes.append(tuple(given[2].shape[-2:])))
    assert network(torch.zeros(1, 4, 64, 96)).shape == (1, 2, 64, 96)
    assert sizes == [(64 // stride, 96 // stride)]
