# SPDX-License-Identifier: GPL-2.0-or-later
"""Tables of Kreso et al., Ladder-Style DenseNets for Semantic Segmentation, ICCVW 2017.

Mean IU and pixel accuracy in percent.
"""

from __future__ import annotations

from .table import PublishedTable

PAPER = "Kreso et al."
TWO = "mean_iu pixel_accuracy"

TABLES = (
    PublishedTable.read(
        PAPER,
        "Table 1",
        "Cityscapes validation, 1024 x 448 px",
        columns=TWO,
        rows="""
ResNet-50 32x                      | resnet50_32x           | 60.95 91.98
LadderResNet-50 4x                 | ladder_resnet50        | 69.53 94.42
Dilated 8x ResNet-50 4x            | dilated8_resnet50      | 69.23 94.47
DenseNet-121 32x                   | densenet121_32x        | 62.52 92.29
Dilated 8x DenseNet-121 4x         | dilated8_densenet121   | 71.56 94.92
LadderDenseNet-121 4x single loss  | ldn121_single_loss     | 71.73 94.99
LadderDenseNet-121 4x              | ldn121                 | 72.82 95.06
LadderDenseNet-169 4x split3+4     | ldn169_split34         | 72.69 95.08
LadderDenseNet-169 4x SPP          | ldn169_spp             | 72.34 95.04
LadderDenseNet-169 4x              | ldn169                 | 73.72 95.11
""",
    ),
    PublishedTable.read(
        PAPER,
        "Table 2",
        "Classifiers on ImageNet: top-1 error, parameters in millions",
        columns="top1_error parameters_m",
        rows="""
ResNet-101   | | 23.6 45
ResNet-50    | | 24.7 25
DenseNet-169 | | 23.6 13
DenseNet-121 | | 25.0 8
""",
    ),
    PublishedTable.read(
        PAPER,
        "Table 3",
        "Cityscapes validation, trained from scratch",
        columns=TWO,
        rows="""
Ladder ResNet-50 4x    | ladder_resnet50 | 55.49 92.29
Ladder DenseNet-121 4x | ldn121          | 62.32 93.63
""",
    ),
    PublishedTable.read(
        PAPER,
        "Table 4",
        "Cityscapes validation, trained on 2048 x 1024 px",
        columns=TWO,
        rows="""
Ladder DenseNet-169 4x frozen-BN | ldn169 | 75.24 96.02
Ladder DenseNet-169 4x fine-tune | ldn169 | 75.75 95.88
""",
    ),
    PublishedTable.read(
        PAPER,
        "Table 5",
        "Cityscapes test; 74.55 in the text for the last row; instance-level IU of two rows only",
        columns="mean_iu instance_iu",
        rows="""
Dilation10             |        | 67.1 -
LRR 4x                 |        | 69.7 -
RefineNet              |        | 73.6 47.2
TUSimple               |        | 76.1 -
LargeKernel            |        | 76.9 -
PSPNet                 |        | 78.4 -
Ladder DenseNet-169 4x | ldn169 | 74.6 51.54
""",
    ),
    PublishedTable.read(
        PAPER,
        "Table 6",
        "VOC 2012 validation",
        columns=TWO,
        rows="""
LadderResNet-50 4x        | ladder_resnet50 | 62.97 91.56
LadderDenseNet-169 4x     | ldn169          | 70.21 93.29
LadderDenseNet-169 4x AUG | ldn169          | 78.01 95.11
""",
    ),
    PublishedTable.read(
        PAPER,
        "Section 5.3",
        "VOC 2012 test",
        columns="mean_iu",
        rows="LadderDenseNet-169 4x | ldn169 | 78.25",
    ),
    PublishedTable.read(
        PAPER,
        "Section 6",
        "Images of 1024 x 448 px per second, Titan X",
        columns="images_per_s",
        rows="LadderDenseNet-121 4x | ldn121 | 31",
    ),
)
