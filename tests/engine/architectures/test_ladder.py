# SPDX-License-Identifier: GPL-2.0-or-later
"""Published numbers of Ladder DenseNet: parameters, taps and strides, options, halos."""

from __future__ import annotations

import pytest
import torch
from orthoscribe.engine.architectures import build, count_parameters
from orthoscribe.engine.architectures.ladder.context import Context, Pyramid
from orthoscribe.engine.protocol import row_named

SETUPS = ((3, 19), (3, 21), (4, 5), (4, 6))  # bands, classes
COUNTS = {
    "ldn121": (9_588_390, 9_588_906, 9_587_914, 9_588_172),
    "ldn121_single_loss": (9_585_939, 9_586_197, 9_587_269, 9_587_398),
    "ldn169": (15_529_894, 15_530_410, 15_529_418, 15_529_676),
    "ldn169_split34": (15_925_158, 15_925_674, 15_924_682, 15_924_940),
    "ldn169_spp": (16_203_556, 16_204_328, 16_201_288, 16_201_674),
    "dilated8_densenet121": (8_402_598, 8_403_114, 8_402_122, 8_402_380),
    "densenet121_32x": (8_071_443, 8_071_701, 8_072_773, 8_072_902),
    "ladder_resnet50": (26_275_686, 26_276_202, 26_275_210, 26_275_468),
    "dilated8_resnet50": (25_485_158, 25_485_674, 25_484_682, 25_484_940),
    "resnet50_32x": (25_154_003, 25_154_261, 25_155_333, 25_155_462),
}
# Channels of the taps of a trunk, and their strides.
TAPS = {
    "ldn121": ((256, 512, 1024, 768, 1024), (4, 8, 16, 32, 64)),
    "ldn169": ((256, 512, 1280, 1152, 1664), (4, 8, 16, 32, 64)),
    "ldn169_split34": ((256, 512, 768, 1280, 1152, 1664), (4, 8, 16, 32, 64, 128)),
    "dilated8_densenet121": ((256, 512, 1024, 1024), (4, 8, 8, 8)),
    "densenet121_32x": ((256, 512, 1024, 1024), (4, 8, 16, 32)),
    "ladder_resnet50": ((256, 512, 1024, 2048), (4, 8, 16, 32)),
    "dilated8_resnet50": ((256, 512, 1024, 2048), (4, 8, 8, 8)),
}
CLIMBS = {"ldn121": 4, "ldn169_split34": 5, "ladder_resnet50": 3, "dilated8_densenet121": 1}


def full(name, bands=3, classes=19, **options):
    with torch.device("meta"):
        return build(name, bands, classes, options)


def narrow(name, **options):
    torch.manual_seed(2)
    return build(name, 4, 5, {"width": "1/16", **options}).eval().requires_grad_(False)


@pytest.mark.parametrize("name", COUNTS)
def test_parameters_are_the_published_ones(name):
    counted = tuple(count_parameters(full(name, *setup)) for setup in SETUPS)
    assert counted == COUNTS[name]


@pytest.mark.parametrize("name", TAPS)
def test_trunk_has_the_published_taps(name):
    trunk = full(name).trunk
    taps = trunk(torch.empty(1, 3, 128, 256, device="meta"))
    found = tuple((tap.shape[1], 128 // tap.shape[2], 256 // tap.shape[3]) for tap in taps)
    channels, strides = TAPS[name]
    assert found == tuple(zip(channels, strides, strides, strict=True))
    assert (trunk.widths, trunk.strides) == TAPS[name]


@pytest.mark.parametrize("name", CLIMBS)
def test_ladder_climbs_from_the_coarsest_tap_to_a_quarter(name):
    network = full(name)
    shapes = []
    for part in (network.context, *network.ups):
        part.register_forward_hook(lambda _, __, maps: shapes.append(maps.shape))
    scores = network(torch.empty(1, 3, 128, 256, device="meta"))
    assert len(network.ups) == CLIMBS[name]
    coarsest = row_named(name).stride_px
    strides = [128 // shape[2] for shape in shapes]
    assert strides == [coarsest // 2**step for step in range(len(strides))]
    assert strides[-1] == row_named(name).output_stride_px == 4
    assert {shape[1] for shape in shapes} == {128}
    assert scores.shape == (1, 19, 128, 256)


@pytest.mark.parametrize("name", ["densenet121_32x", "resnet50_32x"])
def test_baseline_reads_the_context_alone(name):
    network = full(name)
    assert not network.ups
    assert network.main.in_channels == 128
    assert network.trunk.strides[-1] == row_named(name).output_stride_px == 32


def test_context_narrows_to_512_and_looks_around_with_128():
    context = full("ldn121").context
    assert isinstance(context, Context)
    assert context.squeeze.conv.weight.shape == (512, 1024, 1, 1)
    assert context.view.conv.weight.shape == (128, 512, 3, 3)
    assert context.view.conv.dilation == (2, 2)


@pytest.mark.parametrize(
    ("pyramid", "levels", "joined"),
    [("successive", (85, 85, 85), 511), ("psp", (64, 64, 64, 64), 512)],
)
def test_pyramid_blends_its_levels_into_256(pyramid, levels, joined):
    network = full("ldn169_spp", pyramid=pyramid)
    assert isinstance(network.context, Pyramid)
    assert tuple(level.conv.out_channels for level in network.context.levels) == levels
    assert network.context.blend.conv.weight.shape == (256, joined, 3, 3)
    assert network.ups[0].project.conv.weight.shape == (256, 1152, 1, 1)
    assert network.auxiliary.in_channels == 256


@pytest.mark.parametrize(("pyramid", "cells"), [("successive", [8, 4, 2]), ("psp", [1, 2, 3, 6])])
def test_pyramid_averages_larger_and_larger_cells(pyramid, cells):
    pool = narrow("ldn169_spp", pyramid=pyramid).context.pool
    levels = pool(torch.arange(256.0).view(1, 1, 16, 16))
    assert [level.shape[-1] for level in levels] == cells
    for level in levels[: 3 if pyramid == "successive" else 2]:
        assert float(level.mean()) == pytest.approx(127.5)


def test_released_resnet_projects_what_it_enlarged():
    network = full("ladder_resnet50", projection="upsampled")
    assert network.context.outputs == 256
    assert network.ups[0].project.conv.weight.shape == (256, 256, 1, 1)
    assert network.ups[0].blend.conv.weight.shape == (128, 256 + 1024, 3, 3)
    trunk, heads = 23_508_032, 128 * 19 + 19 + 256 * 19 + 19
    context = 2 * 2048 + 2048 * 512 + 2 * 512 + 512 * 256 * 9
    ups = sum(
        2 * inputs + inputs**2 + 2 * (inputs + fine) + (inputs + fine) * 128 * 9
        for inputs, fine in ((256, 1024), (128, 512), (128, 256))
    )
    assert count_parameters(network) == trunk + context + ups + heads


@pytest.mark.parametrize(
    ("name", "option", "value"),
    [
        ("ldn121", "stem_pool", "2"),
        ("ldn121", "context_rate", "1"),
        ("ldn121", "alignment", "top-left"),
        ("ldn169_spp", "pyramid", "psp"),
        ("ldn169_spp", "alignment", "top-left"),
        ("ladder_resnet50", "projection", "upsampled"),
        ("dilated8_resnet50", "stem_pool", "2"),
        ("densenet121_32x", "alignment", "top-left"),
    ],
)
def test_option_changes_the_scores_and_not_their_size(name, option, value):
    image = torch.randn(1, 4, 128, 192)
    plain, other = narrow(name)(image), narrow(name, **{option: value})(image)
    assert plain.shape == other.shape == (1, 5, 128, 192)
    assert not torch.allclose(plain, other, atol=1e-4)


def sees(network, column, width):
    """Return the columns of the scores that a NaN in a column of the image reaches."""
    image = torch.ones(1, 4, 32, width)
    image[..., column] = torch.nan
    columns = network(image)[0].isnan().any(0).any(0).nonzero()
    return int(columns[0]), int(columns[-1])


def unsigned(network):
    """Return the network with weights that are means, so that nothing cancels or overflows."""
    for parameter in network.parameters():
        parameter.abs_()
        if parameter.dim() > 1:
            parameter.div_(parameter.flatten(1).sum(1).max())
    return network


@pytest.mark.parametrize(
    ("options", "need"),
    [
        ({}, 341),
        ({"stem_pool": "2"}, 339),
        ({"context_rate": "1"}, 309),
        ({"projection": "upsampled"}, 341),
    ],
)
def test_option_needs_no_more_than_its_halo(options, need):
    row = row_named("ladder_resnet50")
    stride, halo = row.geometry(options)
    assert need <= halo < need + 2 * stride
    network, start = unsigned(narrow(row.name, **options)), 16 * stride
    end, width = start + stride - 1, 33 * stride  # of a tile of one stride
    inside = [
        sees(network, start - reach, width)[1] >= start
        or sees(network, end + reach, width)[0] <= end
        for reach in (need, need + 1)
    ]
    assert inside == [True, False]


@pytest.mark.parametrize("name", ["ladder_resnet50", "dilated8_resnet50", "densenet121_32x"])
def test_halo_of_the_row_holds_for_the_other_alignment(name):
    row = row_named(name)
    network = narrow(name, alignment="top-left").double()
    tile = row.stride_px * -(-32 // row.stride_px)
    image = torch.randn(1, 4, 32, row.halo_px * 2 + 3 * tile, dtype=torch.float64)
    whole = network(image)
    start = row.halo_px + tile
    windowed = network(image[..., tile : start + tile + row.halo_px])[..., row.halo_px :][
        ..., :tile
    ]
    torch.testing.assert_close(windowed, whole[..., start : start + tile], rtol=0, atol=1e-10)
