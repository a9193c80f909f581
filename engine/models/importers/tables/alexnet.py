# SPDX-License-Identifier: GPL-2.0-or-later
"""AlexNet: Caffe's variant, CaffeNet, and torchvision's, which is a different network.

bvlc_reference_caffenet.caffemodel, torchvision.models.alexnet; for the networks see the
docstring of the backbone.
"""

from __future__ import annotations

from ....architectures.backbones.alexnet import LAYERS
from ..table import IMAGENET, Spelling, grays

DENSE = ("fc6", "fc7")

CAFFE = Spelling(
    title="CaffeNet",
    names={**{ours: ours for ours, _ in LAYERS}, "score_fr": "score_fr"},
    inputs=grays(104.00699, 116.66877, 122.67892),
    surplus=("fc8", "upscore"),
)
TORCHVISION = Spelling(
    title="AlexNet of torchvision",
    names=dict(LAYERS),
    inputs=IMAGENET,
    surplus=("classifier.6",),
    options={"trunk": "torchvision"},
)
PLACES = tuple((ours, f"features.network.{ours}") for ours, _ in LAYERS)
