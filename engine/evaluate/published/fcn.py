# SPDX-License-Identifier: GPL-2.0-or-later
"""Tables of Shelhamer et al., Fully Convolutional Networks for Semantic Segmentation, TPAMI 2017.

Pixel accuracy, mean accuracy, mean IU and frequency-weighted IU, in percent.
"""

from __future__ import annotations

from .table import PublishedTable

PAPER = "Shelhamer et al."
FOUR = "pixel_accuracy mean_accuracy mean_iu frequency_weighted_iu"

TABLES = (
    PublishedTable.read(
        PAPER,
        "Table 1",
        "Fully convolutional classifiers, VOC 2011 validation; forward time for 500 x 500 px, "
        "parameters in millions, receptive field and coarsest stride in pixels",
        columns="mean_iu forward_ms layers parameters_m receptive_field_px stride_px",
        rows="""
FCN-AlexNet   | fcn_alexnet   | 39.8 16  8  57  355 32
FCN-VGG16     | fcn_32s       | 56.0 100 16 134 404 32
FCN-GoogLeNet | fcn_googlenet | 42.5 20  22 6   907 32
""",
    ),
    PublishedTable.read(
        PAPER,
        "Table 2",
        "Batch size and momentum, subset of VOC 2011 validation",
        columns=f"batch momentum {FOUR}",
        rows="""
FCN-accum  | fcn_32s | 20 0.9  86.0 66.5 51.9 76.5
FCN-online | fcn_32s | 1  0.9  89.3 76.2 60.7 81.8
FCN-heavy  | fcn_32s | 1  0.99 90.5 76.5 63.6 83.5
""",
    ),
    PublishedTable.read(
        PAPER,
        "Table 3",
        "Skips, subset of VOC 2011 validation",
        columns=FOUR,
        rows="""
FCN-32s        | fcn_32s        | 90.5 76.5 63.6 83.5
FCN-16s        | fcn_16s        | 91.0 78.1 65.0 84.3
FCN-8s at-once | fcn_8s_at_once | 91.1 78.5 65.4 84.4
FCN-8s staged  | fcn_8s_staged  | 91.2 77.6 65.5 84.5
FCN-32s fixed  | fcn_32s_fixed  | 82.9 64.6 46.6 72.3
FCN-pool5      | fcn_pool5      | 87.4 60.5 50.0 78.5
FCN-pool4      | fcn_pool4      | 78.7 31.7 22.4 67.0
FCN-pool3      | fcn_pool3      | 70.9 13.7 9.2  57.6
""",
    ),
    PublishedTable.read(
        PAPER,
        "Table 4",
        "VOC test and approximate time per image",
        columns="mean_iu_2011 mean_iu_2012 inference_s",
        rows="""
R-CNN  |               | 47.9 -    -
SDS    |               | 52.6 51.6 50
FCN-8s | fcn_8s_staged | 67.5 67.2 0.1
""",
    ),
    PublishedTable.read(
        PAPER,
        "Table 5",
        "Color and depth, NYUDv2, 795 images for training and 654 for testing",
        columns=FOUR,
        rows="""
Gupta et al.    |                  | 60.3 -    28.6 47.0
FCN-32s RGB     | fcn_32s          | 61.8 44.7 31.6 46.0
FCN-32s RGB-D   | fcn_rgbd_early   | 62.1 44.8 31.7 46.3
FCN-32s HHA     | fcn_hha          | 58.3 35.7 25.2 41.7
FCN-32s RGB-HHA | fcn_rgb_hha_late | 65.3 44.0 33.3 48.6
""",
    ),
    PublishedTable.read(
        PAPER,
        "Table 6",
        "SIFT Flow, 2488 images for training and 200 for testing, 33 semantic classes, of which "
        "30 are in the test set, and 3 geometric ones",
        columns=f"{FOUR} geometric_accuracy",
        rows="""
Liu et al.             |                | 76.7 -    -    -    -
Tighe et al. transfer  |                | -    -    -    -    90.8
Tighe et al. SVM       |                | 75.6 41.1 -    -    -
Tighe et al. SVM+MRF   |                | 78.6 39.2 -    -    -
Farabet et al. natural |                | 72.3 50.8 -    -    -
Farabet et al. balanced |               | 78.5 29.6 -    -    -
Pinheiro et al.        |                | 77.7 29.8 -    -    -
FCN-8s                 | fcn_two_headed | 85.9 53.9 41.2 77.2 94.6
""",
    ),
    PublishedTable.read(
        PAPER,
        "Table 7",
        "PASCAL-Context, 59 classes",
        columns=FOUR,
        rows="""
O2P     |               | -    -    18.1 -
CFM     |               | -    -    34.4 -
FCN-32s | fcn_32s       | 65.5 49.1 36.7 50.9
FCN-16s | fcn_16s       | 66.9 51.3 38.4 52.3
FCN-8s  | fcn_8s_staged | 67.5 52.3 39.1 53.0
""",
    ),
    PublishedTable.read(
        PAPER,
        "Table 8",
        "Foreground and background, kept (1) or removed (0) in training and testing; mean IU "
        "without the background",
        columns="train_foreground train_background test_foreground test_background mean_iu",
        rows="""
Reference    | fcn_32s | 1 1 1 1 84.8
Reference-FG | fcn_32s | 1 1 1 0 81.0
Reference-BG | fcn_32s | 1 1 0 1 19.8
FG-only      | fcn_32s | 1 0 1 0 76.1
BG-only      | fcn_32s | 0 1 0 1 37.8
Shape        | fcn_32s | 0 0 0 0 29.1
""",
    ),
    PublishedTable.read(
        PAPER,
        "Section 6.3",
        "Upper bound of mean IU for predictions at a stride, subset of VOC 2011 validation",
        columns="128 64 32 16 8 4",
        rows="Upper bound | | 50.9 73.3 86.1 92.8 96.4 98.5",
    ),
    PublishedTable.read(
        PAPER,
        "Section 4.4",
        "Mean IU of networks trained on 1,112 and on 8,498 images",
        columns="few many",
        rows="""
FCN-32s     | fcn_32s     | 57.7 63.6
FCN-AlexNet | fcn_alexnet | 39.8 48.0
""",
    ),
    PublishedTable.read(
        PAPER,
        "Section 6.1",
        "Gain in mean IU of FCN-32s due to a background without a learned score",
        columns="mean_iu_gain",
        rows="Null background | fcn_null_background | -1",
    ),
)
