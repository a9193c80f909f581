"""Imported networks compute what their files computed, checked with plain functions of torch."""

import numpy as np
import pytest
import torch
from orthoscribe.engine.architectures.bilinear import bilinear_kernel
from orthoscribe.engine.models.importers.conversion import make_model
from orthoscribe.engine.models.importers.weight_file import Weights
from orthoscribe.engine.protocol import ImportJob
from orthoscribe.engine.raster.normalize import normalize
from torch.nn import functional

COLORS = ("nir", "red", "green")
MEANS = torch.tensor([104.00699, 116.66877, 122.67892]).view(1, 3, 1, 1)  # blue, green, red
VGG = ((1, 2), (2, 2), (3, 3), (4, 3), (5, 3))
WIDTHS = (4, 8, 16, 32, 32)


def imported(tensors, architecture, **asked):
    options = (*asked.pop("options", ()), *(() if "full" in asked else ("width=1/16",)))
    asked.pop("full", None)
    job = ImportJob("net.pth", architecture, "out", options=options, **asked)
    model = make_model(job, Weights("net.pth", "torch", "0" * 64, tensors))
    return model.card, model.network.eval()


def noise(*shape):
    return torch.randn(shape) * (2 / max(1, np.prod(shape[1:]))) ** 0.5


def batch_norm(channels):
    return {
        "weight": torch.rand(channels) + 0.5,
        "bias": torch.randn(channels) / 4,
        "running_mean": torch.randn(channels) / 4,
        "running_var": torch.rand(channels) + 0.5,
    }


def vgg_layers():
    """Return the layers of VGG-16 at 1/16 of its width as (name, weight, bias)."""
    inputs = 3
    for (stage, layers), outputs in zip(VGG, WIDTHS, strict=True):
        for number in range(1, layers + 1):
            yield f"conv{stage}_{number}", noise(outputs, inputs, 3, 3), torch.randn(outputs) / 4
            inputs = outputs
    yield "fc6", noise(256, 32 * 49), torch.randn(256) / 4
    yield "fc7", noise(256, 256), torch.randn(256) / 4


TORCHVISION_VGG = (0, 2, 5, 7, 10, 12, 14, 17, 19, 21, 24, 26, 28)


def torchvision_vgg(layers):
    names = [*(f"features.{place}" for place in TORCHVISION_VGG), "classifier.0", "classifier.3"]
    tensors = {}
    for name, (_, weight, bias) in zip(names, layers, strict=True):
        tensors |= {f"{name}.weight": weight, f"{name}.bias": bias}
    return tensors | {"classifier.6.weight": torch.randn(10, 256), "classifier.6.bias": noise(10)}


def caffe_vgg(layers, **heads):
    tensors = {}
    for name, weight, bias in layers:
        tensors |= {f"{name}.weight": weight, f"{name}.bias": bias}
    return tensors | heads


def fcn_taps(image, layers):
    """Return pool3, pool4 and fc7 of the released FCN, for an image in the file's channels."""
    maps, pools = image, []
    for name, weight, bias in layers:
        if name == "fc6":
            weight = weight.view(256, 32, 7, 7)  # noqa: PLW2901
        elif name == "fc7":
            weight = weight.view(256, 256, 1, 1)  # noqa: PLW2901
        padding = 0 if name.startswith("fc") else 100 if name == "conv1_1" else 1
        maps = functional.relu(functional.conv2d(maps, weight, bias, padding=padding))
        if name in ("conv1_2", "conv2_2", "conv3_3", "conv4_3", "conv5_3"):
            maps = functional.max_pool2d(maps, 2, ceil_mode=True)
            pools.append(maps)
    return pools[2], pools[3], maps


def enlarged(scores, factor):
    kernel = bilinear_kernel(factor).expand(scores.shape[1], 1, -1, -1)
    return functional.conv_transpose2d(scores, kernel, stride=factor, groups=scores.shape[1])


def cut(maps, offset, like):
    height, width = like.shape[-2:]
    return maps[..., offset : offset + height, offset : offset + width]


# VGG-16


def test_torchvision_vgg_computes_the_same_features():
    torch.manual_seed(0)
    layers = list(vgg_layers())
    card, network = imported(torchvision_vgg(layers), "fcn_32s", roles=COLORS)
    image = torch.randn(1, 3, 32, 64)
    network.head.scores[0].weight.data.normal_()
    fc7 = fcn_taps(image, layers)[-1]
    scores = functional.conv2d(fc7, network.head.scores[0].weight)
    with torch.no_grad():
        assert torch.allclose(network(image), cut(enlarged(scores, 32), 19, image), atol=1e-4)
    assert card.normalization.band_mean == (0.485, 0.456, 0.406)
    assert card.normalization.band_std == (0.229, 0.224, 0.225)


def test_score_layers_on_top_of_a_classifier_start_at_zero():
    card, network = imported(torchvision_vgg(vgg_layers()), "fcn_8s_staged")
    assert not any(score.weight.any() for score in network.head.scores)
    assert "Backbone only" in card.summary
    assert "train before use" in card.summary
    assert card.provenance["layers left out"] == "classifier.6"


def test_heights_start_with_the_mean_of_the_colors():
    layers = list(vgg_layers())
    first = layers[0][1]
    _, network = imported(torchvision_vgg(layers), "fcn_32s")
    weight = network.features.trunk.stages[0][0].weight
    assert torch.equal(weight[:, :3], first)
    assert torch.allclose(weight[:, 3], first.mean(dim=1))


def test_roles_may_come_in_any_order():
    layers = list(vgg_layers())
    first = layers[0][1]
    card, network = imported(
        torchvision_vgg(layers), "fcn_32s", roles=("green", "nir", "red", "height")
    )
    weight = network.features.trunk.stages[0][0].weight
    assert torch.equal(weight[:, :3], first[:, [2, 0, 1]])
    assert card.normalization.band_mean == (0.406, 0.485, 0.456)


def test_two_streams_read_colors_and_heights():
    layers = list(vgg_layers())
    first = layers[0][1]
    _, network = imported(torchvision_vgg(layers), "fcn_rgb_hha_late")
    assert torch.equal(network.image.trunk.stages[0][0].weight, first)
    heights = network.heights.trunk.stages[0][0].weight
    assert torch.allclose(heights, first.mean(dim=1, keepdim=True))
    assert torch.equal(network.heights.trunk.stages[4][4].weight, layers[12][1])


@pytest.mark.parametrize("at_once", [False, True])
def test_released_fcn_8s_computes_the_same_scores(at_once):
    torch.manual_seed(1)
    layers = list(vgg_layers())
    heads = {}
    for name, inputs in (("score_fr", 256), ("score_pool4", 32), ("score_pool3", 16)):
        heads |= {f"{name}.weight": noise(7, inputs, 1, 1), f"{name}.bias": torch.randn(7)}
    kernels = torch.eye(7)[:, :, None, None] * bilinear_kernel(2)
    heads |= {"upscore2.weight": kernels, "upscore_pool4.weight": kernels}
    heads |= {"upscore8.weight": torch.eye(7)[:, :, None, None] * bilinear_kernel(8)}
    shares = (0.01, 0.0001) if at_once else (1, 1)
    if at_once:
        heads |= {"scale_pool4.weight": torch.full((32,), 0.01)}
    architecture = "fcn_8s_at_once" if at_once else "fcn_8s_staged"
    card, network = imported(caffe_vgg(layers, **heads), architecture, release=True)
    assert card.roles == COLORS
    assert len(card.legend) == 7
    assert card.options["interpolation"] == "fixed"
    assert "layers that are new" not in card.provenance
    assert "train" not in card.summary.replace("was trained on", "")

    grays = torch.randint(0, 256, (1, 3, 64, 96)).float()  # near infrared, red, green
    pool3, pool4, fc7 = fcn_taps(grays.flip(1) - MEANS, layers)

    def score(name, maps, share=1):
        return functional.conv2d(maps * share, heads[f"{name}.weight"], heads[f"{name}.bias"])

    total = enlarged(score("score_fr", fc7), 2)
    total = total + cut(score("score_pool4", pool4, shares[0]), 5, total)
    total = enlarged(total, 2)
    total = total + cut(score("score_pool3", pool3, shares[1]), 9, total)
    wanted = cut(enlarged(total, 8), 31, grays)
    assert torch.allclose(scores_of(card, network, grays), wanted, rtol=1e-4, atol=1e-3)


def scores_of(card, network, grays, heights_m=None):
    """Return the scores of an image of 8-bit grays, normalized as its card says."""
    height, width = grays.shape[-2:]
    channels = normalize(
        grays[0].numpy(),
        None if heights_m is None else heights_m.numpy(),
        np.ones((height, width), bool),
        card.normalization,
        ((0.0, 255.0),) * 3,
    )
    with torch.no_grad():
        return network(torch.from_numpy(channels)[None])


# Maggiori


def maggiori_file(classes=5):
    """Return the layers of the released skip network at 1/16 of its width."""
    tensors, inputs = {}, 4
    for stage, outputs in enumerate((2, 4, 6, 8), start=1):
        for number in (1, 2):
            edge = 5 if (stage, number) == (1, 1) else 3
            tensors[f"conv{stage}-{number}.weight"] = noise(outputs, inputs, edge, edge)
            tensors[f"conv{stage}-{number}.bias"] = torch.randn(outputs) / 4
            norm = batch_norm(outputs)
            tensors[f"bn{stage}-{number}.running_mean"] = norm["running_mean"]
            tensors[f"bn{stage}-{number}.running_var"] = norm["running_var"] * 100
            inputs = outputs
        tensors[f"score{stage}.weight"] = noise(classes, outputs, 1, 1)
        tensors[f"score{stage}.bias"] = torch.randn(classes)
    for name in ("upsample_4", "upsample_34", "upsample_2-34", "upsample_fcn"):
        tensors[f"{name}.weight"] = bilinear_kernel(2).expand(classes, 1, -1, -1)
    return tensors


def maggiori_skip(tensors, image):
    """Return the scores of the released skip network for green, red, near infrared, heights."""

    def block(maps, name, stride=1):
        weight = tensors[f"conv{name}.weight"]
        maps = functional.conv2d(
            maps, weight, tensors[f"conv{name}.bias"], stride, weight.shape[-1] // 2
        )
        mean, variance = tensors[f"bn{name}.running_mean"], tensors[f"bn{name}.running_var"]
        return functional.relu(functional.batch_norm(maps, mean, variance))

    taps, maps = [], image
    for stage in range(1, 5):
        maps = functional.max_pool2d(maps, 2) if taps else maps
        maps = block(block(maps, f"{stage}-1", 2 if stage == 1 else 1), f"{stage}-2")
        score = tensors[f"score{stage}.weight"], tensors[f"score{stage}.bias"]
        taps.append(functional.conv2d(maps, *score))
    total = taps.pop()
    for finer in reversed(taps):
        total = enlarged(total, 2)[..., 1:-1, 1:-1] + finer
    return enlarged(total, 2)[..., 1:-1, 1:-1]


def test_released_skip_network_computes_the_same_scores_of_raw_values():
    torch.manual_seed(2)
    tensors = maggiori_file()
    card, network = imported(tensors, "maggiori_skip", release=True)
    assert card.roles == (*COLORS, "height")
    assert card.gsd_range_m == (0.09, 0.09)
    assert [each.name for each in card.legend.classes][-1] == "car"
    grays = torch.randint(0, 256, (1, 3, 32, 48)).float()  # near infrared, red, green
    heights = torch.randint(0, 256, (32, 48)).float()  # grays of a decimeter
    wanted = maggiori_skip(tensors, torch.cat([grays.flip(1), heights[None, None]], dim=1))
    found = scores_of(card, network, grays, heights / 10)
    assert torch.allclose(found, wanted, rtol=1e-3, atol=1e-2)


def test_trunk_of_one_released_network_starts_another():
    tensors = maggiori_file()
    fcn = {name: value for name, value in tensors.items() if not name.startswith(("score", "up"))}
    fcn |= {"score.weight": tensors["score4.weight"], "score.bias": tensors["score4.bias"]}
    fcn |= {"upsample.weight": torch.rand(5, 1, 32, 32)}
    card, network = imported(fcn, "maggiori_skip", release=True)
    assert torch.equal(network.scores[3].weight, tensors["score4.weight"])
    assert card.provenance["layers that are new"] == "scores.0, scores.1, scores.2"
    assert "'upsample' of the file has learned weights" in card.summary


def test_learned_interpolation_of_the_base_fcn_is_kept():
    tensors = maggiori_file()
    fcn = {name: value for name, value in tensors.items() if not name.startswith(("score", "up"))}
    fcn |= {"score.weight": tensors["score4.weight"], "score.bias": tensors["score4.bias"]}
    fcn |= {"upsample.weight": torch.rand(5, 1, 32, 32)}
    card, network = imported(fcn, "maggiori_fcn", release=True)
    assert card.options["learn_upsample"] == "yes"
    assert torch.equal(network.upsample.weight, fcn["upsample.weight"])


def test_wrapped_networks_take_the_same_files():
    tensors = maggiori_file()
    _, network = imported(tensors, "maggiori_skip", release=True, options=("resolution=half",))
    assert torch.equal(network.network.scores[0].weight, tensors["score1.weight"])


# Yu and Koltun


def test_released_context_module_chooses_its_depth():
    torch.manual_seed(3)
    layers = list(vgg_layers())
    layers = [(n, w.view(256, -1, 7, 7) if n == "fc6" else w, b) for n, w, b in layers]
    names = ["ctx_conv1_1", "ctx_conv1_2", *(f"ctx_conv{n}_1" for n in range(2, 8)), "ctx_fc1"]
    heads = {"final.weight": noise(6, 256, 1, 1), "final.bias": torch.randn(6)}
    for name in names:
        heads |= {f"{name}.weight": noise(6, 6, 3, 3), f"{name}.bias": torch.randn(6)}
    heads |= {"ctx_final.weight": noise(6, 6, 1, 1), "ctx_final.bias": torch.randn(6)}
    card, network = imported(caffe_vgg(layers, **heads), "yk_context_basic", release=True)
    assert card.options["context_depth"] == "10"
    assert "layers that are new" not in card.provenance
    assert torch.equal(network.context.layers[14].weight, heads["ctx_conv7_1.weight"])
    assert torch.equal(network.context.layers[-1].weight, heads["ctx_final.weight"])


def test_voc_names_of_the_context_module_are_known():
    layers = list(vgg_layers())
    heads = {"fc-final.weight": noise(2, 256, 1, 1), "fc-final.bias": torch.randn(2)}
    names = ["conv1_1", "conv1_2", *(f"conv{n}_1" for n in range(2, 6)), "fc1"]
    inputs = 2
    for name, outputs in zip(names, (2, 2, 2, 2, 2, 4, 4), strict=True):
        heads |= {f"ct_{name}.weight": noise(outputs, inputs, 3, 3)}
        heads |= {f"ct_{name}.bias": torch.randn(outputs)}
        inputs = outputs
    heads |= {"ct_final.weight": noise(2, inputs, 1, 1), "ct_final.bias": torch.randn(2)}
    card, network = imported(caffe_vgg(layers, **heads), "yk_context_large", release=True)
    assert card.options["pad_once"] == "yes"
    assert "layers that are new" not in card.provenance
    assert torch.equal(network.front_end.score.weight, heads["fc-final.weight"])


# torchvision's ResNet, DenseNet, GoogLeNet, AlexNet


def normed(tensors, name, maps, epsilon=1e-5):
    parts = (f"{name}.{part}" for part in ("running_mean", "running_var", "weight", "bias"))
    mean, variance, weight, bias = (tensors[part] for part in parts)
    return functional.batch_norm(maps, mean, variance, weight, bias, eps=epsilon)


def add_norm(tensors, name, channels):
    tensors |= {f"{name}.{part}": value for part, value in batch_norm(channels).items()}
    tensors[f"{name}.num_batches_tracked"] = torch.tensor(7)


def resnet_file():
    tensors = {"conv1.weight": noise(4, 3, 7, 7), "fc.weight": torch.randn(9, 128)}
    add_norm(tensors, "bn1", 4)
    inputs = 4
    for layer, blocks in enumerate((3, 4, 6, 3), start=1):
        inner = 4 * 2 ** (layer - 1)
        for block in range(blocks):
            name = f"layer{layer}.{block}"
            shapes = ((inner, inputs, 1, 1), (inner, inner, 3, 3), (4 * inner, inner, 1, 1))
            for number, shape in enumerate(shapes, start=1):
                tensors[f"{name}.conv{number}.weight"] = noise(*shape)
                add_norm(tensors, f"{name}.bn{number}", shape[0])
            if block == 0:
                tensors[f"{name}.downsample.0.weight"] = noise(4 * inner, inputs, 1, 1)
                add_norm(tensors, f"{name}.downsample.1", 4 * inner)
            inputs = 4 * inner
    return tensors


def resnet(tensors, image):
    """Return the last maps of torchvision's resnet50."""
    maps = functional.conv2d(image, tensors["conv1.weight"], stride=2, padding=3)
    maps = functional.max_pool2d(functional.relu(normed(tensors, "bn1", maps)), 3, 2, 1)
    for layer, blocks in enumerate((3, 4, 6, 3), start=1):
        for block in range(blocks):
            name = f"layer{layer}.{block}"
            stride = 2 if layer > 1 and block == 0 else 1
            inner = functional.conv2d(maps, tensors[f"{name}.conv1.weight"])
            inner = functional.relu(normed(tensors, f"{name}.bn1", inner))
            inner = functional.conv2d(inner, tensors[f"{name}.conv2.weight"], None, stride, 1)
            inner = functional.relu(normed(tensors, f"{name}.bn2", inner))
            inner = functional.conv2d(inner, tensors[f"{name}.conv3.weight"])
            inner = normed(tensors, f"{name}.bn3", inner)
            if block == 0:
                maps = functional.conv2d(
                    maps, tensors[f"{name}.downsample.0.weight"], stride=stride
                )
                maps = normed(tensors, f"{name}.downsample.1", maps)
            maps = functional.relu(inner + maps)
    return maps


def test_resnet_computes_the_same_features():
    torch.manual_seed(4)
    tensors = resnet_file()
    card, network = imported(tensors, "resnet50_32x", roles=COLORS)
    image = torch.randn(1, 3, 64, 96)
    with torch.no_grad():
        assert torch.allclose(network.trunk(image)[-1], resnet(tensors, image), atol=1e-4)
    assert card.provenance["layers left out"] == "fc"


def densenet_file():
    tensors = {"features.conv0.weight": noise(4, 3, 7, 7)}
    add_norm(tensors, "features.norm0", 4)
    channels = 4
    for block, layers in enumerate((6, 12, 24, 16), start=1):
        if block > 1:
            name = f"features.transition{block - 1}"
            add_norm(tensors, f"{name}.norm", channels)
            tensors[f"{name}.conv.weight"] = noise(channels // 2, channels, 1, 1)
            channels //= 2
        for layer in range(1, layers + 1):
            name = f"features.denseblock{block}.denselayer{layer}"
            add_norm(tensors, f"{name}.norm1", channels)
            tensors[f"{name}.conv1.weight"] = noise(8, channels, 1, 1)
            add_norm(tensors, f"{name}.norm2", 8)
            tensors[f"{name}.conv2.weight"] = noise(2, 8, 3, 3)
            channels += 2
    add_norm(tensors, "features.norm5", channels)
    return tensors | {"classifier.weight": torch.randn(9, channels), "classifier.bias": noise(9)}


def densenet(tensors, image):
    """Return the maps of torchvision's densenet121 before its last norm."""
    maps = functional.conv2d(image, tensors["features.conv0.weight"], stride=2, padding=3)
    maps = functional.relu(normed(tensors, "features.norm0", maps))
    maps = functional.max_pool2d(maps, 3, 2, 1)
    for block, layers in enumerate((6, 12, 24, 16), start=1):
        if block > 1:
            name = f"features.transition{block - 1}"
            maps = functional.relu(normed(tensors, f"{name}.norm", maps))
            maps = functional.conv2d(maps, tensors[f"{name}.conv.weight"])
            maps = functional.avg_pool2d(maps, 2)
        for layer in range(1, layers + 1):
            name = f"features.denseblock{block}.denselayer{layer}"
            new = functional.relu(normed(tensors, f"{name}.norm1", maps))
            new = functional.conv2d(new, tensors[f"{name}.conv1.weight"])
            new = functional.relu(normed(tensors, f"{name}.norm2", new))
            new = functional.conv2d(new, tensors[f"{name}.conv2.weight"], padding=1)
            maps = torch.cat([maps, new], dim=1)
    return maps


def counted(tensors):
    """Return names as files of 2017 have them."""
    parts = ("norm1", "norm2", "conv1", "conv2")
    renamed = {}
    for name, value in tensors.items():
        for part in parts:
            name = name.replace(f".{part}.", f".{part[:-1]}.{part[-1]}.")  # noqa: PLW2901
        renamed[name] = value
    return renamed


def test_densenet_computes_the_same_features():
    torch.manual_seed(5)
    tensors = densenet_file()
    card, network = imported(tensors, "densenet121_32x", roles=COLORS)
    image = torch.randn(1, 3, 64, 96)
    with torch.no_grad():
        assert torch.allclose(network.trunk(image)[-1], densenet(tensors, image), atol=1e-4)
    assert card.provenance["layers left out"] == "features.norm5, classifier"


@pytest.mark.parametrize("names", [dict, counted], ids=["today", "2017"])
def test_split_blocks_take_the_same_files(names):
    tensors = densenet_file()
    _, network = imported(names(tensors), "ldn121")
    last = network.trunk.denseblock4["denselayer16"].conv2.weight
    assert torch.equal(last, tensors["features.denseblock4.denselayer16.conv2.weight"])


def googlenet_file():
    from orthoscribe.engine.architectures import build
    from orthoscribe.engine.architectures.backbones.googlenet import LAYERS

    network = build("fcn_googlenet", 3, 6, {"width": "1/16", "trunk": "torchvision"})
    tensors = {}
    for ours, _, theirs in LAYERS:
        shape = network.features.network.get_submodule(ours).weight.shape
        tensors[f"{theirs}.conv.weight"] = noise(*shape)
        add_norm(tensors, f"{theirs}.bn", shape[0])
    return tensors | {"aux1.conv.conv.weight": torch.ones(1), "fc.weight": torch.ones(2, 2)}


def test_batch_norms_of_googlenet_merge_into_its_convolutions():
    torch.manual_seed(6)
    tensors = googlenet_file()
    card, network = imported(tensors, "fcn_googlenet", roles=COLORS)
    assert card.options["trunk"] == "torchvision"
    assert card.normalization.band_mean == (0.5, 0.5, 0.5)

    def conv(maps, name):
        weight = tensors[f"{name}.conv.weight"]
        stride = 2 if name == "conv1" else 1
        maps = functional.conv2d(maps, weight, None, stride, weight.shape[-1] // 2)
        return functional.relu(normed(tensors, f"{name}.bn", maps, 1e-3))

    image = torch.randn(1, 3, 32, 32)
    trunk = network.features.network
    with torch.no_grad():
        found = functional.relu(trunk.conv1(image))
        assert torch.allclose(found, conv(image, "conv1"), atol=1e-5)
        maps = torch.rand(1, trunk.inception3a.branch1.in_channels, 8, 8)
        wanted = [
            conv(maps, "inception3a.branch1"),
            conv(conv(maps, "inception3a.branch2.0"), "inception3a.branch2.1"),
            conv(conv(maps, "inception3a.branch3.0"), "inception3a.branch3.1"),
            conv(functional.max_pool2d(maps, 3, 1, 1), "inception3a.branch4.1"),
        ]
        assert torch.allclose(trunk.inception3a(maps), torch.cat(wanted, 1), atol=1e-5)


def test_alexnet_of_torchvision_builds_its_own_trunk():
    shapes = ((4, 3, 11), (12, 4, 5), (24, 12, 3), (16, 24, 3), (16, 16, 3))
    places = (0, 3, 6, 8, 10)
    tensors = {}
    for place, (outputs, inputs, edge) in zip(places, shapes, strict=True):
        tensors[f"features.{place}.weight"] = noise(outputs, inputs, edge, edge)
        tensors[f"features.{place}.bias"] = torch.randn(outputs)
    for place, inputs in ((1, 16 * 36), (4, 256), (6, 256)):
        tensors[f"classifier.{place}.weight"] = noise(256, inputs)
        tensors[f"classifier.{place}.bias"] = torch.randn(256)
    card, network = imported(tensors, "fcn_alexnet")
    assert card.options["trunk"] == "torchvision"
    fc6 = network.features.network.fc6
    maps = torch.randn(1, 16, 6, 6)
    dense = functional.linear(
        maps.flatten(1), tensors["classifier.1.weight"], tensors["classifier.1.bias"]
    )
    with torch.no_grad():
        assert torch.allclose(fc6(maps).flatten(1), dense, atol=1e-5)
