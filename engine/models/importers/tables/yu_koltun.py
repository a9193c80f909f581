# SPDX-License-Identifier: GPL-2.0-or-later
"""Released networks of Yu and Koltun, and DeepLab.

Some layer names of the VOC network differ from those of KITTI, CamVid and Cityscapes, whose context
modules have 7, 8 and 10 layers. The inputs of all are blue, green and red minus a mean; that of VOC
is used for all. All of them, and DeepLab, can also be initialized from VGG-16.

    https://github.com/fyu/dilation, models; http://liangchiehchen.com/projects/DeepLab.html.
"""

from __future__ import annotations

from dataclasses import replace

from ..table import Spelling, Target, grays
from . import vgg16

CONTEXT = {  # layers of the context module by depth
    depth: (
        "ctx_conv1_1",
        "ctx_conv1_2",
        *(f"ctx_conv{level}_1" for level in range(2, depth - 2)),
        "ctx_fc1",
        "ctx_final",
    )
    for depth in (7, 8, 10)
}
VOC_MEANS = grays(102.93, 111.36, 116.52)
TRUNK = vgg16.convolutions_in("front_end.trunk")
HEAD = (*vgg16.classifier_in("front_end.classifier"), ("final", "front_end.score"))
HEADS = (*vgg16.DENSE, "final")
FRONT = {**vgg16.NAMES, "final": "final"}
CONTEXT_PLACES = {
    str(depth): tuple((part, f"context.layers.{2 * index}") for index, part in enumerate(parts))
    for depth, parts in CONTEXT.items()
}
CONTEXT_HEADS = tuple(dict.fromkeys(part for parts in CONTEXT.values() for part in parts))
INTERPOLATION = ("ctx_upsample", "upsample")


def released(depth: int) -> Spelling:
    """Return the spelling of the releases for KITTI, CamVid and Cityscapes."""
    return Spelling(
        title=f"Dilation{depth} of Yu and Koltun",
        names={**FRONT, **{part: part for part in CONTEXT[depth]}},
        inputs=VOC_MEANS,
        surplus=INTERPOLATION,
        options={"context_depth": str(depth)},
    )


FRONT_END = Spelling("the front end of Yu and Koltun", FRONT, VOC_MEANS, surplus=INTERPOLATION)
VOC_FRONT_END = Spelling(
    "the VOC front end of Yu and Koltun", {**FRONT, "final": "fc-final"}, VOC_MEANS
)
VOC = Spelling(
    title="the VOC network of Yu and Koltun",
    names={
        **VOC_FRONT_END.names,
        **{part: part.replace("ctx_", "ct_", 1) for part in CONTEXT[8]},
    },
    inputs=VOC_MEANS,
    options={"context_depth": "8"},
)
DEEPLAB = Spelling(
    title="DeepLab-LargeFOV",
    names={
        **{part: part for part, _, _ in vgg16.CONVOLUTIONS},
        "view6": "fc6",
        "view7": "fc7",
        "score": "fc8_voc12",
    },
    inputs=grays(104.008, 116.669, 122.675),
)

FRONT_TARGET = Target(
    places=(*TRUNK, *HEAD),
    spellings=(*vgg16.SPELLINGS, FRONT_END, VOC_FRONT_END),
    optional=HEADS,
    scores=("final",),
    release={"upsampling": "zoom"},
)
CONTEXT_SPELLINGS = (*FRONT_TARGET.spellings, released(7), released(8), released(10))
DEEPLAB_TRUNK = vgg16.convolutions_in("trunk")
DEEPLAB_HEAD = (("view6", "classifier.0"), ("view7", "classifier.3"), ("score", "score"))

BASIC = Target(
    places=FRONT_TARGET.places,
    spellings=CONTEXT_SPELLINGS,
    optional=(*HEADS, *CONTEXT_HEADS),
    scores=("ctx_final", "final"),
    depths=CONTEXT_PLACES,
)
LARGE = replace(
    BASIC,
    spellings=(*CONTEXT_SPELLINGS, VOC),
    release={"upsampling": "zoom", "pad_once": "yes"},
)

TARGETS = {
    "yk_frontend": FRONT_TARGET,
    "yk_context_basic": BASIC,
    "yk_context_large": LARGE,
    "deeplab_largefov": Target(
        places=(*DEEPLAB_TRUNK, *DEEPLAB_HEAD),
        spellings=(*vgg16.SPELLINGS, DEEPLAB),
        optional=("view6", "view7", "score"),
        scores=("score",),
    ),
    "deeplab_msc": Target(DEEPLAB_TRUNK, vgg16.SPELLINGS),
    # The weights of the CRFs are not in any file.
    "yk_frontend_crf": FRONT_TARGET,
    "yk_context_basic_crf": BASIC,
    "yk_context_large_crf": LARGE,
    "yk_frontend_crfrnn": FRONT_TARGET,
    "yk_context_basic_crfrnn": BASIC,
    "yk_context_large_crfrnn": LARGE,
}
