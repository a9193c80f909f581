# SPDX-License-Identifier: GPL-2.0-or-later
"""Tables of Pohlen et al., Full-Resolution Residual Networks, CVPR 2017.

IU of each class in percent; `subsampling` is the factor by which Cityscapes images are downsampled.
"""

from __future__ import annotations

from .table import PublishedTable

PAPER = "Pohlen et al."
CITYSCAPES = (
    "road sidewalk building wall fence pole light sign vegetation terrain sky person rider car "
    "truck bus train motorcycle bicycle mean_iu subsampling"
)

TABLES = (
    PublishedTable.read(
        PAPER,
        "Table 2",
        "Cityscapes test",
        columns=CITYSCAPES,
        classes=19,
        rows="""
SegNet | | 96.4 73.2 84.0 28.5 29.0 35.7 39.8 45.2 87.0 63.8 91.8 62.8 42.8 89.3 38.1 43.1 44.2 35.8 51.9 57.0 4
FRRN A | frrn_a | 97.6 79.1 88.3 32.0 36.4 51.7 57.1 62.5 90.9 69.5 93.3 75.2 51.3 91.6 30.2 43.1 39.2 46.0 62.6 63.0 4
ENet | | 96.3 74.2 85.0 32.2 33.2 43.5 34.1 44.0 88.6 61.4 90.6 65.5 38.4 90.6 36.9 50.5 48.1 38.8 55.4 58.3 2
DeepLab | | 97.4 78.3 88.1 47.5 44.2 29.5 44.4 55.4 89.4 67.3 92.8 71.0 49.3 91.4 55.9 66.6 56.7 48.1 58.1 64.8 2
FRRN B | frrn_b | 98.2 83.3 91.6 45.8 51.1 62.2 69.4 72.4 92.6 70.0 94.9 81.6 62.7 94.6 49.1 67.1 55.3 53.5 69.5 71.8 2
Dilation | | 97.6 79.2 89.9 37.3 47.6 53.2 58.6 65.2 91.8 69.4 93.7 78.9 55.0 93.3 45.5 53.4 47.7 52.2 66.0 67.1 1
Adelaide | | 98.0 82.6 90.6 44.0 50.7 51.1 65.0 71.7 92.0 72.0 94.1 81.5 61.1 94.3 61.1 65.1 53.8 61.6 70.6 71.6 1
LRR | | 97.7 79.9 90.7 44.4 48.6 58.6 68.2 72.0 92.5 69.3 94.7 81.6 60.0 94.0 43.6 56.8 47.2 54.8 69.7 69.7 1
LRR, coarse annotations too | | 97.9 81.5 91.4 50.5 52.7 59.4 66.8 72.7 92.5 70.1 95.0 81.3 60.1 94.3 51.2 67.7 54.6 55.6 69.6 71.8 1
""",  # noqa: E501
    ),
    PublishedTable.read(
        PAPER,
        "Section 5.1",
        "Cityscapes validation at a quarter of the resolution",
        columns="mean_iu parameters_m",
        rows="""
FRRN A          | frrn_a               | 65.7 17.7
ResNet baseline | frrn_resnet_baseline | 62.8 16.7
""",
    ),
    PublishedTable.read(
        PAPER,
        "Section 5.3",
        "Approximate gain in mean IU due to a dense CRF, Cityscapes validation",
        columns="mean_iu_gain",
        rows="FRRN + CRF | | 0.5",
    ),
    PublishedTable.read(
        PAPER,
        "Section 5.4",
        "Seconds per image of the given size in pixels, Titan X Pascal",
        columns="seconds height_px width_px",
        rows="""
FRRN A          | frrn_a               | 0.166 256 512
FRRN B          | frrn_b               | 0.469 512 1024
ResNet baseline | frrn_resnet_baseline | 0.081 256 512
""",
    ),
)
