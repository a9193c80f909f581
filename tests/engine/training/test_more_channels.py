# SPDX-License-Identifier: GPL-2.0-or-later
import pytest
import torch
from orthoscribe.engine.architectures import build
from orthoscribe.engine.training.bundled.more_channels import take_over


def network(channels, width="1/4"):
    return build("maggiori_mlp", channels, 6, {"width": width}).eval()


def test_new_channels_change_no_score():
    torch.manual_seed(0)
    trained, wider = network(5), network(6)
    take_over(wider, trained)
    image = torch.randn(1, 6, 64, 64)
    with torch.inference_mode():
        torch.testing.assert_close(wider(image), trained(image[:, :5]))


def test_other_networks_are_refused():
    with pytest.raises(ValueError, match="differ in"):
        take_over(network(6), network(5, "1/2"))
