# SPDX-License-Identifier: GPL-2.0-or-later
"""Networks of Maggiori et al. (TGRS 2017) and of the methods they compare with."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from .builders import build_fcn, build_variant
from .cnn_rf import CnnRf, CnnRfCrf
from .mlp import RELEASED_HIDDEN, MaggioriMlp
from .sherrah import DILATED, DOWNSAMPLING, Sherrah, dilation_with_crf
from .skip import MaggioriSkip
from .unpool import MaggioriUnpool
from .vgg_dsm import VggDsm
from .volpi_tuia import VolpiTuia

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch import nn

BUILDERS: dict[str, Callable[..., nn.Module]] = {
    "maggiori_fcn": build_fcn,
    "maggiori_unpool_max": partial(build_variant, MaggioriUnpool, kind="max"),
    "maggiori_unpool_avg": partial(build_variant, MaggioriUnpool, kind="average"),
    "maggiori_skip": partial(build_variant, MaggioriSkip),
    "maggiori_mlp": partial(build_variant, MaggioriMlp),
    "maggiori_mlp_release128": partial(
        build_variant, MaggioriMlp, hidden=RELEASED_HIDDEN, linear=True
    ),
    "sherrah_dilation": partial(Sherrah, strides=DILATED),
    "sherrah_downsampling": partial(Sherrah, strides=DOWNSAMPLING),
    "volpi_tuia_deconv": VolpiTuia,
    "cnn_rf": CnnRf,
    "cnn_rf_crf": CnnRfCrf,
    "sherrah_dilation_crf": dilation_with_crf,
    "vgg_dsm": VggDsm,
    "vgg_dsm_dilation": partial(VggDsm, dilated=True),
}
