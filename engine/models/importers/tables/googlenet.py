# SPDX-License-Identifier: GPL-2.0-or-later
"""GoogLeNet of Caffe and of torchvision, whose batch norms are merged into the convolutions.

The inputs of torchvision's GoogLeNet are scaled to -1..1; the epsilon of its batch norms is 0.001.

    bvlc_googlenet.caffemodel, torchvision.models.googlenet; for the networks see the docstring of
    the backbone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ....architectures.backbones.googlenet import LAYERS
from ..table import Inputs, Spelling, grays

if TYPE_CHECKING:
    from ..table import Tensors

EPSILON = 1e-3


def folded(tensors: Tensors) -> Tensors:
    """Return torchvision's convolutions with the following batch norms merged into them."""
    merged = {name: value for name, value in tensors.items() if not _is_part(name)}
    for name, weight in tensors.items():
        layer, _, kind = name.rpartition(".conv.")
        parts = [f"{layer}.bn.{part}" for part in ("weight", "bias", "running_mean", "running_var")]
        if kind != "weight" or any(part not in tensors for part in parts):
            continue
        scale, shift, mean, variance = (tensors[part] for part in parts)
        gain = scale / (variance + EPSILON).sqrt()  # (outputs)
        merged[f"{layer}.weight"] = weight * gain[:, None, None, None]
        merged[f"{layer}.bias"] = shift - mean * gain
    return merged


def _is_part(name: str) -> bool:
    return ".conv." in name or ".bn." in name


CAFFE = Spelling(
    title="GoogLeNet of Caffe",
    names={ours: caffe for ours, caffe, _ in LAYERS},
    inputs=grays(104.0, 117.0, 123.0),
    surplus=("loss1/", "loss2/", "loss3/"),
)
TORCHVISION = Spelling(
    title="GoogLeNet of torchvision",
    names={ours: torchvision for ours, _, torchvision in LAYERS},
    inputs=Inputs(("nir", "red", "green"), (0.5, 0.5, 0.5), (0.5, 0.5, 0.5)),
    surplus=("aux1.", "aux2.", "fc."),
    options={"trunk": "torchvision"},
    prepare=folded,
)
PLACES = tuple((ours, f"features.network.{ours}") for ours, _, _ in LAYERS)
