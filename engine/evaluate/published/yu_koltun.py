# SPDX-License-Identifier: GPL-2.0-or-later
"""Tables of Yu & Koltun, Multi-Scale Context Aggregation by Dilated Convolutions, from the slides.

IU of each class in percent, VOC 2012. The mean includes the background, which is not printed.
According to the slides, context adds 0.6 to every architecture; according to Table 3, up to 2.3.
"""

from __future__ import annotations

from .table import PublishedTable

PAPER = "Yu & Koltun"
VOC = (
    "aeroplane bicycle bird boat bottle bus car cat chair cow table dog horse motorbike person "
    "plant sheep sofa train tv mean_iu"
)

TABLES = (
    PublishedTable.read(
        PAPER,
        "Table 2",
        "Front ends, VOC 2012 test",
        columns=VOC,
        classes=20,
        rows="""
FCN-8s | fcn_8s_staged | 76.8 34.2 68.9 49.4 60.3 75.3 74.7 77.6 21.4 62.5 46.8 71.8 63.9 76.5 73.9 45.2 72.4 37.4 70.9 55.1 62.2
DeepLab | deeplab_largefov | 72 31 71.2 53.7 60.5 77 71.9 73.1 25.2 62.6 49.1 68.7 63.3 73.9 73.6 50.8 72.3 42.1 67.9 52.6 62.1
DeepLab-Msc | deeplab_msc | 74.9 34.1 72.6 52.9 61.0 77.9 73.0 73.7 26.4 62.2 49.3 68.4 64.1 74.0 75.0 51.7 72.7 42.5 67.2 55.7 62.9
Front end | yk_frontend | 82.2 37.4 72.7 57.1 62.7 82.8 77.8 78.9 28 70 51.6 73.1 72.8 81.5 79.1 56.6 77.1 49.9 75.3 60.9 67.6
""",  # noqa: E501
    ),
    PublishedTable.read(
        PAPER,
        "Section 4",
        "DeepLab with a CRF and the front end without one, VOC 2012 test",
        columns="mean_iu",
        rows="""
DeepLab + CRF | | 66.4
Front end | yk_frontend | 67.6
""",
    ),
    PublishedTable.read(
        PAPER,
        "Table 3",
        "Context modules, VOC 2012 validation",
        columns=VOC,
        classes=20,
        rows="""
Front end | yk_frontend | 86.3 38.2 76.8 66.8 63.2 87.3 78.7 82 33.7 76.7 53.5 73.7 76 76.6 83 51.9 77.8 44 79.9 66.3 69.8
Front + Basic | yk_context_basic | 86.4 37.6 78.5 66.3 64.1 89.9 79.9 84.9 36.1 79.4 55.8 77.6 81.6 79 83.1 51.2 81.3 43.7 82.3 65.7 71.3
Front + Large | yk_context_large | 87.3 39.2 80.3 65.6 66.4 90.2 82.6 85.8 34.8 81.9 51.7 79 84.1 80.9 83.2 51.2 83.2 44.7 83.4 65.6 72.1
Front end + CRF | yk_frontend_crf | 89.2 38.8 80 69.8 63.2 88.8 80 85.2 33.8 80.6 55.5 77.1 80.8 77.3 84.3 53.1 80.4 45 80.7 67.9 71.6
Front + Basic + CRF | yk_context_basic_crf | 89.1 38.7 81.4 67.4 65 91 81 86.7 37.5 81 57 79.6 83.6 79.9 84.6 52.7 83.3 44.3 82.6 67.2 72.7
Front + Large + CRF | yk_context_large_crf | 89.6 39.9 82.7 66.7 67.5 91.1 83.3 87.4 36 83.3 52.5 80.7 85.7 81.8 84.4 52.6 84.4 45.3 83.7 66.7 73.3
Front end + RNN | yk_frontend_crfrnn | 88.8 38.1 80.8 69.1 65.6 89.9 79.6 85.7 36.3 83.6 57.3 77.9 83.2 77 84.6 54.7 82.1 46.9 80.9 66.7 72.5
Front + Basic + RNN | yk_context_basic_crfrnn | 89 38.4 82.3 67.9 65.2 91.5 80.4 87.2 38.4 82.1 57.7 79.9 85 79.6 84.5 53.5 84 45 82.8 66.2 73.1
Front + Large + RNN | yk_context_large_crfrnn | 89.3 39.2 83.6 67.2 69 92.1 83.1 88 38.4 84.8 55.3 81.2 86.7 81.3 84.3 53.6 84.4 45.8 83.8 67 73.9
""",  # noqa: E501
    ),
    PublishedTable.read(
        PAPER,
        "Table 4",
        "Trained on COCO as well, VOC 2012 test",
        columns=VOC,
        classes=20,
        rows="""
DeepLab++ | | 89.1 38.3 88.1 63.3 69.7 87.1 83.1 85 29.3 76.5 56.5 79.8 77.9 85.8 82.4 57.4 84.3 54.9 80.5 64.1 72.7
DeepLab-MSc++ | | 89.2 46.7 88.5 63.5 68.4 87.0 81.2 86.3 32.6 80.7 62.4 81.0 81.3 84.3 82.1 56.2 84.6 58.3 76.2 67.2 73.9
CRF-RNN | | 90.4 55.3 88.7 68.4 69.8 88.3 82.4 85.1 32.6 78.5 64.4 79.6 81.9 86.4 81.8 58.6 82.4 53.5 77.4 70.1 74.7
Front end | yk_frontend | 86.6 37.3 84.9 62.4 67.3 86.2 81.2 82.1 32.6 77.4 58.3 75.9 81 83.6 82.3 54.2 81.5 50.1 77.5 63 71.3
Context | yk_context_large | 89.1 39.1 86.8 62.6 68.9 88.2 82.6 87.7 33.8 81.2 59.2 81.8 87.2 83.3 83.6 53.6 84.9 53.7 80.5 62.9 73.5
Context + CRF | yk_context_large_crf | 91.3 39.9 88.9 64.3 69.8 88.9 82.6 89.7 34.7 82.7 59.5 83 88.4 84.2 85 55.3 86.7 54.4 81.9 63.6 74.7
Context + CRF-RNN | yk_context_large_crfrnn | 91.7 39.6 87.8 63.1 71.8 89.7 82.9 89.8 37.2 84 63 83.3 89 83.8 85.1 56.8 87.6 56 80.2 64.7 75.3
""",  # noqa: E501
    ),
)
