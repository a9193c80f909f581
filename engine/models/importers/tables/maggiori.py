# SPDX-License-Identifier: GPL-2.0-or-later
"""The released networks of Maggiori et al., trained on the Vaihingen images of the ISPRS.

They read green, red, near infrared and heights as grays 0..255 without a mean. How many meters a
gray of the heights is, the release does not say: a decimeter is assumed. Convolutions keep a bias,
and batch norms have neither scale nor shift.

    https://github.com/emaggiori/CaffeRemoteSensing, RemoteSensingVaihingen.
"""

from __future__ import annotations

from ..table import GRAYS, Inputs, Spelling, Target

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

SPELLING = Spelling(
    title="the Caffe release of Maggiori et al.",
    names={part: part for part, _ in (*TRUNK, *FCN, *SKIP, *MLP)},
    inputs=Inputs(
        roles=("green", "red", "nir", "height"),
        mean=(0.0, 0.0, 0.0),
        deviation=(1 / GRAYS, 1 / GRAYS, 1 / GRAYS),
        height_mean_m=0.0,
        height_deviation_m=0.1,
        height_limits_m=(0.0, 25.5),
    ),
    surplus=("upsample",),  # bilinear and fixed, but for that of the base FCN
    gsd_range_m=(0.09, 0.09),
)
RELEASE = {"style": "release"}

TARGETS = {
    "maggiori_fcn": Target(
        (*TRUNK, *FCN), (SPELLING,), ("upsample", "score"), {**RELEASE, "learn_upsample": "yes"}
    ),
    "maggiori_skip": Target((*TRUNK, *SKIP), (SPELLING,), tuple(dict(SKIP)), RELEASE),
    "maggiori_mlp": Target((*TRUNK, *MLP), (SPELLING,), tuple(dict(MLP)), RELEASE),
    "maggiori_mlp_release128": Target((*TRUNK, *MLP), (SPELLING,), tuple(dict(MLP)), RELEASE),
}
