# SPDX-License-Identifier: GPL-2.0-or-later
"""Tables of Maggiori et al., High-Resolution Aerial Image Labeling with CNNs, TGRS 2017.

F1 of each class, mean F1 and overall accuracy in percent, on the validation tiles. Clutter is
scored in Potsdam only. The class mean of Dilation in Potsdam is 82.97, but 82.94 is printed.
"""

from __future__ import annotations

from .table import PublishedTable

PAPER = "Maggiori et al."
VAIHINGEN = "impervious building low_vegetation tree car mean_f1 overall_accuracy"
POTSDAM = "impervious building low_vegetation tree car clutter mean_f1 overall_accuracy"

TABLES = (
    PublishedTable.read(
        PAPER,
        "Table II",
        "Networks derived from the base FCN, Vaihingen",
        columns=VAIHINGEN,
        classes=5,
        rows="""
Base FCN  | maggiori_fcn        | 91.46 94.88 79.19 87.89 72.25 85.14 88.61
Unpooling | maggiori_unpool_max | 91.17 95.16 79.06 87.78 69.49 84.54 88.55
Skip      | maggiori_skip       | 91.66 95.02 79.13 88.11 77.96 86.38 88.80
MLP       | maggiori_mlp        | 91.69 95.24 79.44 88.12 78.42 86.58 88.92
""",
    ),
    PublishedTable.read(
        PAPER,
        "Table III",
        "Networks derived from the base FCN, Potsdam",
        columns=POTSDAM,
        classes=6,
        rows="""
Base FCN  | maggiori_fcn        | 88.33 93.97 84.11 80.30 86.13 75.35 84.70 86.20
Unpooling | maggiori_unpool_max | 87.00 92.86 82.93 78.04 84.85 72.47 83.03 84.67
Skip      | maggiori_skip       | 89.27 94.21 84.73 81.23 93.47 75.18 86.35 86.89
MLP       | maggiori_mlp        | 89.31 94.37 84.83 81.10 93.56 76.54 86.62 87.02
""",
    ),
    PublishedTable.read(
        PAPER,
        "Table IV",
        "MLP and other methods, Vaihingen",
        columns=VAIHINGEN,
        classes=5,
        rows="""
CNN+RF         | cnn_rf               | 88.58 94.23 76.58 86.29 67.58 82.65 86.52
CNN+RF+CRF     | cnn_rf_crf           | 89.10 94.30 77.36 86.25 71.91 83.78 86.89
Deconvolution  | volpi_tuia_deconv    | -     -     -     -     -     83.58 87.83
Dilation       | sherrah_dilation     | 90.19 94.49 77.69 87.24 76.77 85.28 87.70
Dilation + CRF | sherrah_dilation_crf | 90.41 94.73 78.25 87.25 75.57 85.24 87.90
MLP            | maggiori_mlp         | 91.69 95.24 79.44 88.12 78.42 86.58 88.92
""",
    ),
    PublishedTable.read(
        PAPER,
        "Table V",
        "MLP and other methods, Potsdam",
        columns=POTSDAM,
        classes=6,
        rows="""
Dilation     | sherrah_dilation | 86.52 90.78 83.01 78.41 90.42 68.67 82.94 84.14
VGG pretr.   | vgg_dsm          | 89.84 93.80 85.43 83.61 88.00 74.48 85.86 87.42
VGG+Dilation | vgg_dsm_dilation | 89.95 93.73 85.91 83.86 94.31 74.62 87.06 87.69
MLP          | maggiori_mlp     | 89.31 94.37 84.83 81.10 93.56 76.54 86.62 87.02
""",
    ),
    PublishedTable.read(
        PAPER,
        "Table VI",
        "Times on a Quadro K3100M, Dilation on a faster machine: training in seconds as printed, "
        "although hours are likely; labeling in seconds per hectare",
        columns="train_vaihingen train_potsdam label_vaihingen label_potsdam",
        rows="""
Base FCN  | maggiori_fcn        | 3.9  9.8  0.81 1.44
Unpooling | maggiori_unpool_max | 8.4  21.0 1.38 1.84
Skip      | maggiori_skip       | 6.6  16.9 0.81 1.48
MLP       | maggiori_mlp        | 10.0 24.5 1.70 2.0
Dilation  | sherrah_dilation    | 62   400  4.81 17.2
""",
    ),
    PublishedTable.read(
        PAPER,
        "Section V-D",
        "ISPRS server, Vaihingen test tiles: overall accuracy and rank among 29 methods",
        columns="overall_accuracy rank",
        rows="MLP | maggiori_mlp | 89.5 2",
    ),
)
