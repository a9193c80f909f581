# SPDX-License-Identifier: GPL-2.0-or-later
"""VGG-16 of Caffe and torchvision, the pretrained classifier of most networks here.

K. Simonyan, A. Zisserman, Very Deep Convolutional Networks for Large-Scale Image Recognition,
ICLR 2015; VGG_ILSVRC_16_layers.caffemodel, torchvision.models.vgg16.
"""

from __future__ import annotations

from ..table import IMAGENET, Places, Spelling, grays

CONVOLUTIONS = (  # part (its name in Caffe), name in our trunk, name in torchvision
    ("conv1_1", "stages.0.0", "features.0"),
    ("conv1_2", "stages.0.2", "features.2"),
    ("conv2_1", "stages.1.0", "features.5"),
    ("conv2_2", "stages.1.2", "features.7"),
    ("conv3_1", "stages.2.0", "features.10"),
    ("conv3_2", "stages.2.2", "features.12"),
    ("conv3_3", "stages.2.4", "features.14"),
    ("conv4_1", "stages.3.0", "features.17"),
    ("conv4_2", "stages.3.2", "features.19"),
    ("conv4_3", "stages.3.4", "features.21"),
    ("conv5_1", "stages.4.0", "features.24"),
    ("conv5_2", "stages.4.2", "features.26"),
    ("conv5_3", "stages.4.4", "features.28"),
)
CLASSIFIER = (("fc6", "0", "classifier.0"), ("fc7", "3", "classifier.3"))
DENSE = ("fc6", "fc7")
NAMES = {part: part for part, _, _ in (*CONVOLUTIONS, *CLASSIFIER)}

CAFFE = Spelling(
    title="VGG-16 of Caffe",
    names=NAMES,
    inputs=grays(103.939, 116.779, 123.68),
    surplus=("fc8",),
)
TORCHVISION = Spelling(
    title="VGG-16 of torchvision",
    names={part: theirs for part, _, theirs in (*CONVOLUTIONS, *CLASSIFIER)},
    inputs=IMAGENET,
    surplus=("classifier.6",),
)
SPELLINGS = (TORCHVISION, CAFFE)


def convolutions_in(trunk: str, stages: int = 5) -> Places:
    """Return the places of the convolutions in the first stages of a `VggTrunk`."""
    return tuple(
        (part, f"{trunk}.{place}")
        for part, place, _ in CONVOLUTIONS
        if int(place.split(".")[1]) < stages
    )


def classifier_in(classifier: str) -> Places:
    """Return the places of the two fully connected layers in a `VggClassifier`."""
    return tuple((part, f"{classifier}.{place}") for part, place, _ in CLASSIFIER)
