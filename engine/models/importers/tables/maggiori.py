# SPDX-License-Identifier: GPL-2.0-or-later
"""Released networks of Maggiori et al., trained on the Vaihingen images of the ISPRS.

Their inputs are green, red, near infrared and heights as gray levels 0..255 without mean
subtraction. The release does not specify the height per gray level; 0.1 m is assumed. Convolutions
have a bias, and batch norms have neither scale nor shift. The VGG + DSM networks have no release;
their image stream is initialized from VGG-16.

    https://github.com/emaggiori/CaffeRemoteSensing, RemoteSensingVaihingen.
"""

from __future__ import annotations

from ..table import GRAYS, Inputs, Places, Spelling, Target
from . import vgg16

TRUNK = (
    ("conv1-1", "trunk.stages.0.0.conv"),
    ("bn1-1", "trunk.stages.0.0.norm"),
    ("conv1-2", "trunk.stages.0.1.conv"),
    ("bn1-2", "trunk.stages.0.1.norm"),
    ("conv2-1", "trunk.stages.1.0.conv"),
    ("bn2-1", "trunk.stages.1.0.norm"),
    ("conv2-2", "trunk.stages.1.1.conv"),
    ("bn2-2", "trunk.stages.1.1.norm"),
    ("conv3-1", "trunk.stages.2.0.conv"),
    ("bn3-1", "trunk.stages.2.0.norm"),
    ("conv3-2", "trunk.stages.2.1.conv"),
    ("bn3-2", "trunk.stages.2.1.norm"),
    ("conv4-1", "trunk.stages.3.0.conv"),
    ("bn4-1", "trunk.stages.3.0.norm"),
    ("conv4-2", "trunk.stages.3.1.conv"),
    ("bn4-2", "trunk.stages.3.1.norm"),
)
FCN = (("upsample", "upsample"), ("score", "score"))
SKIP = (
    ("score1", "scores.0"),
    ("score2", "scores.1"),
    ("score3", "scores.2"),
    ("score4", "scores.3"),
)
MLP = (("mlp1", "hidden"), ("mlp2", "score"))


def spelling_of_heads(names: dict[str, str]) -> Spelling:
    """Return the spelling of the release, given its names of the heads by part."""
    return Spelling(
        title="Maggiori's Caffe release",
        names={**{part: part for part, _ in TRUNK}, **names},
        inputs=Inputs(
            roles=("green", "red", "nir", "height"),
            mean=(0.0, 0.0, 0.0),
            deviation=(1 / GRAYS, 1 / GRAYS, 1 / GRAYS),
            height_mean_m=0.0,
            height_deviation_m=0.1,
            height_limits_m=(0.0, 25.5),
        ),
        surplus=("upsample", "score", "mlp"),  # bilinear interpolation, heads of other networks
        gsd_range_m=(0.09, 0.09),
    )


def target_of_heads(
    heads: Places, *more: Spelling, scores: tuple[str, ...] = (), **release: str
) -> Target:
    """Return the target of a network with the trunk, its heads and the options of the release."""
    return Target(
        places=(*TRUNK, *heads),
        spellings=(spelling_of_heads({part: part for part, _ in heads}), *more),
        optional=tuple(part for part, _ in heads),
        scores=scores,
        release={"style": "release", **release},
    )


VGG_DSM = Target(
    (*vgg16.convolutions_in("image"), *vgg16.classifier_in("classifier")),
    vgg16.SPELLINGS,
    vgg16.DENSE,
)

TARGETS = {
    "maggiori_fcn": target_of_heads(FCN, scores=("score",), learn_upsample="yes"),
    "maggiori_unpool_max": target_of_heads(()),
    "maggiori_unpool_avg": target_of_heads(()),
    "maggiori_skip": target_of_heads(
        SKIP, spelling_of_heads({"score4": "score"}), scores=("score4",)
    ),
    "maggiori_mlp": target_of_heads(MLP, scores=("mlp2",)),
    "maggiori_mlp_release128": target_of_heads(MLP, scores=("mlp2",)),
    "vgg_dsm": VGG_DSM,
    "vgg_dsm_dilation": VGG_DSM,
}
