# SPDX-License-Identifier: GPL-2.0-or-later
import pytest
import torch
from orthoscribe.engine.architectures import build
from orthoscribe.engine.training.bundled.initial_weights import (
    copy_common_layers,
    copy_with_more_channels,
)


def network(channels, width="1/4"):
    return build("maggiori_mlp", channels, 6, {"width": width}).eval()


def test_new_channels_change_no_score():
    torch.manual_seed(0)
    trained, wider = network(5), network(6)
    copy_with_more_channels(wider, trained)
    image = torch.randn(1, 6, 64, 64)
    with torch.inference_mode():
        torch.testing.assert_close(wider(image), trained(image[:, :5]))


def test_other_networks_are_refused():
    with pytest.raises(ValueError, match="differ in"):
        copy_with_more_channels(network(6), network(5, "1/2"))


def test_common_layers_of_another_architecture_are_copied():
    trained = build("maggiori_mlp", 6, 6, {"width": "1/8"})
    for channels, has_first in ((6, True), (4, False)):
        network = build("maggiori_skip", channels, 6, {"width": "1/8"})
        copy_common_layers(network, trained)
        found, expected = network.state_dict(), trained.state_dict()
        first = "trunk.stages.0.0.conv.weight"
        kernels = [name for name in found if name.startswith("trunk") and found[name].ndim > 1]
        assert first in kernels
        for name in kernels:
            same = name != first or has_first
            assert (found[name].shape == expected[name].shape) is same
            assert not same or torch.equal(found[name], expected[name])


def test_networks_without_common_layers_are_refused():
    networks = [build(name, 3, 6, {"width": "1/16"}) for name in ("maggiori_mlp", "frrn_a")]
    with pytest.raises(ValueError, match="no layers of the same name"):
        copy_common_layers(*networks)
