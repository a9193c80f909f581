# SPDX-License-Identifier: GPL-2.0-or-later
"""DenseNet and ResNet as backbones: sizes, names of parameters, exact identities."""

from __future__ import annotations

import pytest
import torch
from orthoscribe.engine.architectures.backbones import densenet, resnet
from orthoscribe.engine.architectures.backbones.densenet import (
    DenseBlock,
    DenseNetTrunk,
    Transition,
)
from orthoscribe.engine.architectures.backbones.resnet import ResNetTrunk
from orthoscribe.engine.architectures.interpolation import enlarge_centered, enlarge_from_top_left
from orthoscribe.engine.architectures.pre_activation import ScaleShift
from torch import nn
from torch.nn import functional


def size(*modules):
    return sum(tensor.numel() for module in modules for tensor in module.parameters())


def exercised(network):
    """Return the network in evaluation mode, its batch norms unlike those of a new one."""
    torch.manual_seed(4)
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.running_mean.normal_(std=0.2)
            module.running_var.uniform_(0.5, 2)
            nn.init.uniform_(module.weight, 0.5, 1.5)
            nn.init.normal_(module.bias, std=0.2)
    return network.double().eval().requires_grad_(False)


@pytest.mark.parametrize(
    ("depth", "used", "features", "classifier"),
    [("121", 6_951_808, 6_953_856, 7_978_856), ("169", 12_481_152, 12_484_480, 14_149_480)],
)
def test_densenet_has_the_published_parameters(depth, used, features, classifier):
    with torch.device("meta"):
        trunk = DenseNetTrunk(3, densenet.LAYERS[depth])
        norm, linear = nn.BatchNorm2d(trunk.widths[-1]), nn.Linear(trunk.widths[-1], 1000)
    assert size(trunk) == used
    assert size(trunk, norm) == features
    assert size(trunk, norm, linear) == classifier


def test_resnet_has_the_published_parameters():
    with torch.device("meta"):
        trunk = ResNetTrunk(3, resnet.LAYERS["50"])
        linear = nn.Linear(trunk.widths[-1], 1000)
    assert size(trunk) == 23_508_032
    assert size(trunk, linear) == 25_557_032


def test_fourth_band_adds_3136_parameters():
    with torch.device("meta"):
        for trunk in (DenseNetTrunk, ResNetTrunk):
            layers = (6, 12, 24, 16)
            assert size(trunk(4, layers)) - size(trunk(3, layers)) == 64 * 49 == 3_136


def norm_names(prefix):
    tensors = ("weight", "bias", "running_mean", "running_var", "num_batches_tracked")
    return {f"{prefix}.{tensor}" for tensor in tensors}


def densenet_names(layers):
    """Return what torchvision calls the tensors of `features`, without the last norm."""
    names = {"conv0.weight"} | norm_names("norm0")
    for block, count in enumerate(layers, start=1):
        for layer in range(1, count + 1):
            prefix = f"denseblock{block}.denselayer{layer}"
            names |= {f"{prefix}.conv1.weight", f"{prefix}.conv2.weight"}
            names |= norm_names(f"{prefix}.norm1") | norm_names(f"{prefix}.norm2")
        if block < len(layers):
            names |= {f"transition{block}.conv.weight"} | norm_names(f"transition{block}.norm")
    return names


def resnet_names(layers):
    """Return what torchvision calls the tensors of a ResNet, without the classifier."""
    names = {"conv1.weight"} | norm_names("bn1")
    for layer, count in enumerate(layers, start=1):
        for block in range(count):
            prefix = f"layer{layer}.{block}"
            for number in (1, 2, 3):
                names |= {f"{prefix}.conv{number}.weight"} | norm_names(f"{prefix}.bn{number}")
        names |= {f"layer{layer}.0.downsample.0.weight"}
        names |= norm_names(f"layer{layer}.0.downsample.1")
    return names


@pytest.mark.parametrize("splits", [(), (4,), (3, 4)])
def test_densenet_names_its_tensors_like_torchvision_split_or_not(splits):
    trunk = DenseNetTrunk(3, densenet.LAYERS["169"], splits=splits, width=1 / 16)
    assert set(trunk.state_dict()) == densenet_names((6, 12, 32, 32))


def test_resnet_names_its_tensors_like_torchvision():
    trunk = ResNetTrunk(3, resnet.LAYERS["50"], width=1 / 16)
    assert set(trunk.state_dict()) == resnet_names((3, 4, 6, 3))


def test_resnet_strides_in_the_3x3_convolution():
    trunk = ResNetTrunk(3, resnet.LAYERS["50"], width=1 / 16)
    for layer in (trunk.layer2, trunk.layer3, trunk.layer4):
        assert layer[0].conv1.stride == (1, 1)
        assert layer[0].conv2.stride == (2, 2)


def test_norms_and_weights_start_as_published():
    trunk = DenseNetTrunk(3, densenet.LAYERS["121"], width=1 / 2)
    for module in trunk.modules():
        if isinstance(module, nn.BatchNorm2d):
            assert (module.eps, module.momentum) == (1e-5, 0.1)
        if isinstance(module, nn.Conv2d):
            fan_in = module.weight[0].numel()
            assert float(module.weight.detach().std()) == pytest.approx(
                (2 / fan_in) ** 0.5, rel=0.1
            )
            assert module.bias is None


def test_dense_layer_reads_all_that_is_before_it_in_its_block():
    block = DenseBlock(64, 6, 32)
    for number, layer in enumerate(block.values()):
        assert layer.conv1.weight.shape == (128, 64 + 32 * number, 1, 1)
        assert layer.conv2.weight.shape == (32, 128, 3, 3)
    maps = torch.randn(1, 64, 8, 8)
    assert torch.equal(block(maps)[0][:, :64], maps)


def test_split_block_pools_its_whole_concatenation_after_half_of_its_layers():
    whole = exercised(DenseBlock(8, 4, 2))
    split = DenseBlock(8, 4, 2, split=True)
    split.load_state_dict(whole.state_dict())
    exercised(split)
    maps = torch.randn(1, 8, 6, 10, dtype=torch.float64)
    first, second = split(maps)
    assert (first.shape, second.shape) == ((1, 12, 6, 10), (1, 16, 3, 5))
    assert torch.equal(first, whole(maps)[0][:, :12])
    assert torch.equal(second[:, :12], functional.avg_pool2d(first, 2))


def test_transition_is_the_published_one_with_the_pool_first():
    transition = exercised(Transition(12, pools=True))
    maps = torch.randn(2, 12, 8, 10, dtype=torch.float64)
    published = functional.avg_pool2d(transition.conv(functional.relu(transition.norm(maps))), 2)
    torch.testing.assert_close(transition(maps), published, rtol=0, atol=1e-12)


def subgrids(maps, rate):
    """Return the rate x rate subgrids of some maps as a batch: space to batch."""
    return torch.cat([maps[..., i::rate, j::rate] for i in range(rate) for j in range(rate)])


@pytest.mark.parametrize("rate", [2, 4])
def test_dilated_dense_block_equals_the_plain_one_on_subgrids(rate):
    plain, dilated = exercised(DenseBlock(8, 3, 4)), DenseBlock(8, 3, 4, dilation=rate).double()
    dilated.load_state_dict(plain.state_dict())
    maps = torch.randn(1, 8, 16, 24, dtype=torch.float64)
    found = subgrids(dilated.eval()(maps)[0], rate)
    torch.testing.assert_close(found, plain(subgrids(maps, rate))[0], rtol=0, atol=1e-12)


def test_dilated_resnet_layer_equals_the_plain_one_on_subgrids():
    trunk = exercised(ResNetTrunk(3, (1, 1, 3, 1), dilations=(1, 1, 2, 4), width=1 / 16))
    maps = torch.randn(1, trunk.widths[1], 16, 24, dtype=torch.float64)
    expected = subgrids(trunk.layer3(maps), 2)
    for block in trunk.layer3:
        assert block.conv2.dilation == block.conv2.padding == (2, 2)
        block.conv2.dilation = block.conv2.padding = (1, 1)
    torch.testing.assert_close(trunk.layer3(subgrids(maps, 2)), expected, rtol=0, atol=1e-12)


def test_folding_merges_what_follows_a_convolution_and_scales_the_rest():
    trunk = exercised(DenseNetTrunk(3, (2, 2, 2, 2), splits=(4,), width=1 / 16))
    image = torch.randn(1, 3, 64, 128, dtype=torch.float64)
    expected = trunk(image)
    for module in list(trunk.modules()):
        if hasattr(module, "fold_norms"):
            module.fold_norms()
    for found, tap in zip(trunk(image), expected, strict=True):
        torch.testing.assert_close(found, tap, rtol=0, atol=1e-10)
    kinds = [type(module) for module in trunk.modules()]
    assert kinds.count(ScaleShift) == 8 + 3  # first norms of the layers, norms of transitions
    assert kinds.count(nn.Identity) == 1 + 8  # of the stem, second norms of the layers
    assert nn.BatchNorm2d not in kinds


def test_folded_resnet_has_nothing_but_convolutions():
    trunk = exercised(ResNetTrunk(3, (1, 2, 1, 1), width=1 / 16))
    image = torch.randn(1, 3, 64, 64, dtype=torch.float64)
    expected = trunk(image)[-1]
    for module in list(trunk.modules()):
        if hasattr(module, "fold_norms"):
            module.fold_norms()
    torch.testing.assert_close(trunk(image)[-1], expected, rtol=0, atol=1e-10)
    assert not any(isinstance(module, nn.BatchNorm2d | ScaleShift) for module in trunk.modules())


@pytest.mark.parametrize(
    ("enlarge", "expected"),
    [
        (enlarge_centered, [0.0, 0.25, 0.75, 1.25, 1.75, 2.25, 2.75, 3.0]),
        (enlarge_from_top_left, [0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 3.0]),
    ],
)
def test_enlarging_puts_pixels_where_it_says(enlarge, expected):
    ramp = torch.arange(4.0).expand(1, 1, 3, 4)
    large = enlarge(ramp, (6, 8))
    assert large.shape == (1, 1, 6, 8)
    for row in large[0, 0]:
        torch.testing.assert_close(row, torch.tensor(expected))


@pytest.mark.parametrize("enlarge", [enlarge_centered, enlarge_from_top_left])
def test_enlarging_keeps_constants_to_the_border(enlarge):
    torch.testing.assert_close(
        enlarge(torch.ones(1, 2, 3, 5), (96, 160)), torch.ones(1, 2, 96, 160)
    )
