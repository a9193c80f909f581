# SPDX-License-Identifier: GPL-2.0-or-later
"""Released networks of Shelhamer, Long and Darrell, and the classifiers they are based on.

Interpolation is fixed in the release. The NYUD network for colors and HHA has one stream for each;
both can be initialized from the same classifier.

    https://github.com/shelhamer/fcn.berkeleyvision.org.
"""

from __future__ import annotations

from dataclasses import replace

from ..table import Places, Spelling, Target, grays
from . import alexnet, googlenet, vgg16

MEANS = grays(104.00699, 116.66877, 122.67892)
NYUD_MEANS = grays(116.190, 97.203, 92.318)
HEIGHTS = "heights/"  # prefix of the parts of the second stream
INTERPOLATION = ("upscore", "scale_pool")  # interpolation, and scales that are constants here
SCORES = (  # part, name in a skip head
    ("score_fr", "scores.0"),
    ("upscore2", "doublings.0"),
    ("score_pool4", "scores.1"),
    ("upscore_pool4", "doublings.1"),
    ("score_pool3", "scores.2"),
)
SCORED = tuple(part for part, _ in SCORES)
TWO_HEADED = ("_sem", "_geo")  # suffixes of the two heads of SIFT Flow

TRUNK = (
    *vgg16.convolutions_in("features.trunk"),
    *vgg16.classifier_in("features.classifier"),
)
FROM_VGG = tuple(replace(each, surplus=(*each.surplus, *INTERPOLATION)) for each in vgg16.SPELLINGS)


def head_in(head: str, parts: Places = SCORES, after: str = "") -> Places:
    """Return the places of score layers and upsampling layers in a skip head."""
    return tuple((part + after, f"{head}.{place}") for part, place in parts)


def released(title: str, heads: tuple[str, ...]) -> Spelling:
    """Return the spelling of the release."""
    names = {**vgg16.NAMES, **{part: part for part in heads}}
    return Spelling(title, names, MEANS, surplus=INTERPOLATION)


def both(spelling: Spelling) -> Spelling:
    """Return the spelling of a classifier that initializes both streams."""
    names = {f"{HEIGHTS}{part}": name for part, name in spelling.names.items()}
    return replace(spelling, names={**spelling.names, **names})


def target_of_skips(skips: int) -> Target:
    """Return the target of FCN-32s (no skips), FCN-16s (one) or FCN-8s (two)."""
    heads = SCORES[: 2 * skips + 1]
    return Target(
        places=(*TRUNK, *head_in("head", heads)),
        spellings=(*FROM_VGG, released("the FCN release", SCORED)),
        optional=(*vgg16.DENSE, *SCORED),
        scores=("score_fr",),
        release={"interpolation": "fixed"} if skips else {},
    )


def target_of_pool(last: int) -> Target:
    """Return the target of VGG-16 up to a pool."""
    return Target(vgg16.convolutions_in("features.trunk", last), FROM_VGG)


def target_of_classifier(
    places: Places, spellings: tuple[Spelling, ...], dense: tuple[str, ...] = ()
) -> Target:
    """Return the target of a network based on another classifier."""
    return Target(
        places=(*places, ("score_fr", "head.scores.0")),
        spellings=spellings,
        optional=(*dense, "score_fr"),
        scores=("score_fr",),
    )


EARLY = replace(
    released("the early fusion of FCN's release", ("score_fr",)),
    names={**vgg16.NAMES, "conv1_1": "conv1_1_bgrd", "score_fr": "score_fr"},
    inputs=replace(NYUD_MEANS, roles=(*NYUD_MEANS.roles, "height")),
)
LATE = Spelling(
    title="the late fusion of FCN's release",
    names={
        **{part: f"{part}color" for part in (*vgg16.NAMES, "score_fr")},
        **{f"{HEIGHTS}{part}": f"{part}hha" for part in (*vgg16.NAMES, "score_fr")},
    },
    inputs=NYUD_MEANS,
    surplus=INTERPOLATION,
)
STREAMS = (
    *vgg16.convolutions_in("image.trunk"),
    *vgg16.classifier_in("image.classifier"),
    *(
        (f"{HEIGHTS}{part}", place)
        for part, place in (
            *vgg16.convolutions_in("heights.trunk"),
            *vgg16.classifier_in("heights.classifier"),
        )
    ),
    ("score_fr", "score_image"),
    (f"{HEIGHTS}score_fr", "score_heights"),
)
LATE_OPTIONAL = tuple(
    f"{stream}{part}" for stream in ("", HEIGHTS) for part in (*vgg16.DENSE, "score_fr")
)
SEMANTIC, GEOMETRIC = (
    head_in(head, after=after) for head, after in zip(("head", "geometry"), TWO_HEADED, strict=True)
)
TWO_HEADS = tuple(part for part, _ in (*SEMANTIC, *GEOMETRIC))
FCN_32S = target_of_skips(0)

TARGETS = {
    "fcn_alexnet": target_of_classifier(
        alexnet.PLACES, (alexnet.CAFFE, alexnet.TORCHVISION), alexnet.DENSE
    ),
    "fcn_32s": FCN_32S,
    "fcn_16s": target_of_skips(1),
    "fcn_8s_staged": target_of_skips(2),
    "fcn_8s_at_once": target_of_skips(2),
    "fcn_32s_fixed": FCN_32S,
    "fcn_pool5": target_of_pool(5),
    "fcn_pool4": target_of_pool(4),
    "fcn_pool3": target_of_pool(3),
    "fcn_googlenet": target_of_classifier(
        googlenet.PLACES, (googlenet.CAFFE, googlenet.TORCHVISION)
    ),
    "fcn_rgbd_early": replace(FCN_32S, spellings=(*FCN_32S.spellings, EARLY)),
    "fcn_hha": FCN_32S,
    "fcn_rgb_hha_late": Target(
        places=STREAMS,
        spellings=(*map(both, FROM_VGG), LATE),
        optional=LATE_OPTIONAL,
        scores=("score_fr",),
        first=("conv1_1", f"{HEIGHTS}conv1_1"),
        release={"encoding": "hha"},
    ),
    "fcn_two_headed": Target(
        places=(*TRUNK, *SEMANTIC, *GEOMETRIC),
        spellings=(*FROM_VGG, released("the SIFT Flow release of FCN", TWO_HEADS)),
        optional=(*vgg16.DENSE, *TWO_HEADS),
        scores=("score_fr_sem",),
        release={"interpolation": "fixed"},
    ),
    "fcn_null_background": FCN_32S,
}
