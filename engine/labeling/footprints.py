# SPDX-License-Identifier: GPL-2.0-or-later
"""Footprints: memory of a window while a network labels it, for each architecture.

The table has megabytes of square windows with edges of `EDGES_PX`. It is printed by
`python -m engine.bench.footprint`, which places the tensors on a model of the heap, and `--measure`
compares with the memory of a process. Weights are not in it, and neither are the windows that are
being read. A dense CRF needs the more the more colors an image has; its numbers
are those of a generated scene.
"""

from __future__ import annotations

from itertools import pairwise

EDGES_PX = (256, 512, 1024)

FOOTPRINTS_MB: dict[str, tuple[int, int, int]] = {
    "maggiori_fcn": (7, 28, 112),
    "maggiori_unpool_max": (9, 36, 144),
    "maggiori_unpool_avg": (10, 40, 160),
    "maggiori_skip": (7, 28, 112),
    "maggiori_mlp": (36, 59, 173),
    "maggiori_mlp_release128": (11, 40, 158),
    "sherrah_dilation": (1007, 4010, 16004),
    "sherrah_downsampling": (24, 96, 385),
    "volpi_tuia_deconv": (190, 760, 3040),
    "cnn_rf": (105, 403, 1553),
    "cnn_rf_crf": (105, 403, 1553),
    "sherrah_dilation_crf": (1007, 4010, 16004),
    "vgg_dsm": (395, 405, 544),
    "vgg_dsm_dilation": (412, 472, 1032),
    "yk_frontend": (422, 491, 1031),
    "yk_context_basic": (422, 491, 1031),
    "yk_context_large": (422, 491, 1031),
    "yk_frontend_crf": (422, 491, 1031),
    "yk_context_basic_crf": (422, 491, 1031),
    "yk_context_large_crf": (422, 491, 1031),
    "yk_frontend_crfrnn": (422, 491, 1031),
    "yk_context_basic_crfrnn": (422, 491, 1031),
    "yk_context_large_crfrnn": (422, 491, 1031),
    "deeplab_largefov": (52, 136, 544),
    "deeplab_msc": (52, 136, 544),
    "fcn_alexnet": (151, 165, 217),
    "fcn_32s": (423, 471, 784),
    "fcn_16s": (423, 471, 784),
    "fcn_8s_staged": (423, 471, 784),
    "fcn_8s_at_once": (423, 471, 784),
    "fcn_32s_fixed": (423, 471, 784),
    "fcn_pool5": (106, 262, 784),
    "fcn_pool4": (83, 225, 719),
    "fcn_pool3": (56, 180, 637),
    "fcn_googlenet": (19, 76, 305),
    "fcn_rgbd_early": (423, 471, 784),
    "fcn_hha": (422, 469, 834),
    "fcn_rgb_hha_late": (423, 471, 784),
    "fcn_two_headed": (423, 471, 784),
    "fcn_null_background": (423, 471, 784),
    "ldn121": (26, 112, 416),
    "ldn169": (28, 112, 448),
    "ldn169_split34": (28, 112, 448),
    "ldn169_spp": (29, 112, 448),
    "ldn121_single_loss": (26, 112, 416),
    "ladder_resnet50": (26, 92, 368),
    "dilated8_densenet121": (54, 218, 870),
    "dilated8_resnet50": (59, 196, 784),
    "densenet121_32x": (22, 88, 352),
    "resnet50_32x": (26, 68, 272),
    "frrn_a": (140, 560, 2240),
    "frrn_b": (140, 560, 2240),
    "frrn_resnet_baseline": (80, 320, 1280),
}

# Memory of processes relative to the model of the heap, where they differ by more than 1.3: freed
# maps leave more gaps, or fewer. Measured with tiles of 512 and 768 px.
MEASURED_RATIOS: dict[str, float] = {
    "sherrah_dilation_crf": 0.85,
    "deeplab_largefov": 1.7,
    "deeplab_msc": 1.9,
    "ladder_resnet50": 1.6,
    "dilated8_densenet121": 0.75,
    "dilated8_resnet50": 1.15,
    "frrn_resnet_baseline": 1.4,
}


def footprint_mb(architecture: str, window_px: float) -> float:
    """Return the memory in MB of labeling a window, for a network of the paper's width.

    It is interpolated by the number of pixels, larger windows continue the last line, and measured
    ratios correct it.

    Args:
        architecture: name in the catalog.
        window_px: number of pixels of the window, or of all windows of a batch.

    >>> footprint_mb("maggiori_fcn", 1024 * 1024) == FOOTPRINTS_MB["maggiori_fcn"][-1]
    True
    """
    sizes_px = [edge_px**2 for edge_px in EDGES_PX]
    lines = list(pairwise(zip(sizes_px, FOOTPRINTS_MB[architecture], strict=True)))
    (few_px, few_mb), (many_px, many_mb) = next(
        (line for line in lines if window_px <= line[1][0]), lines[-1]
    )
    slope = (many_mb - few_mb) / (many_px - few_px)
    ratio = MEASURED_RATIOS.get(architecture, 1.0)
    return ratio * max(0.0, few_mb + slope * (window_px - few_px))
