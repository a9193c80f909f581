# SPDX-License-Identifier: GPL-2.0-or-later
"""ISPRS tiles of Vaihingen and Potsdam, in their official folders, with the papers' splits.

The validation tiles are those of Maggiori et al.; the training tiles are the others with labels for
participants, and the test tiles those with labels withheld until 2018. Labels have the colors of
the ISPRS legend; in files called `noBoundary` pixels within 3 px of another class are black.

Tiles have world files and often no CRS: Vaihingen is in WGS 84 / UTM zone 32N, EPSG:32632, Potsdam
in WGS 84 / UTM zone 33N, EPSG:32633. The distributed normalized DSMs are 8-bit gray levels without
a unit, so the DSM in meters is the default.

    ISPRS 2D Semantic Labeling Contest, https://www.isprs.org/education/benchmarks/UrbanSemLab/
    M. Gerke, Use of the Stair Vision Library within the ISPRS 2D Semantic Labeling Benchmark
    (Vaihingen), 2014: the normalized DSMs.
"""

from __future__ import annotations

from .layout import DatasetLayout, Georeference

VAIHINGEN_VALIDATION = ("11", "15", "28", "30", "34")
VAIHINGEN_TRAINING = ("1", "3", "5", "7", "13", "17", "21", "23", "26", "32", "37")
VAIHINGEN_TEST = (
    "2", "4", "6", "8", "10", "12", "14", "16", "20", "22", "24", "27", "29", "31", "33", "35",
    "38",
)  # fmt: skip

POTSDAM_VALIDATION = ("2_11", "2_12", "4_10", "5_11", "6_7", "7_8", "7_10")
POTSDAM_TRAINING = (
    "2_10", "3_10", "3_11", "3_12", "4_11", "4_12", "5_10", "5_12", "6_8", "6_9", "6_10", "6_11",
    "6_12", "7_7", "7_9", "7_11", "7_12",
)  # fmt: skip
POTSDAM_TEST = (
    "2_13", "2_14", "3_13", "3_14", "4_13", "4_14", "4_15", "5_13", "5_14", "5_15", "6_13", "6_14",
    "6_15", "7_13",
)  # fmt: skip

VAIHINGEN = DatasetLayout(
    title="ISPRS Vaihingen",
    images={"top/top_mosaic_09cm_area{name}.tif": (1, 2, 3)},
    labels=(
        "gts_for_participants/top_mosaic_09cm_area{name}.tif",
        "ISPRS_semantic_labeling_Vaihingen_ground_truth_COMPLETE/top_mosaic_09cm_area{name}.tif",
        "gts/top_mosaic_09cm_area{name}.tif",
    ),
    eroded=(
        "gts_eroded_for_participants/top_mosaic_09cm_area{name}_noBoundary.tif",
        "ISPRS_semantic_labeling_Vaihingen_ground_truth_eroded_for_participants/"
        "top_mosaic_09cm_area{name}_noBoundary.tif",
        "ISPRS_semantic_labeling_Vaihingen_ground_truth_eroded_"
        "COMPLETE/top_mosaic_09cm_area{name}_noBoundary.tif",
        "gts_eroded/top_mosaic_09cm_area{name}_noBoundary.tif",
    ),
    dsm=("dsm/dsm_09cm_matching_area{name}.tif",),
    ndsm=(
        "ndsm/dsm_09cm_matching_area{name}_normalized.jpg",
        "nDSM/dsm_09cm_matching_area{name}_normalized.jpg",
        "ndsm/ndsm_09cm_matching_area{name}.bmp",
    ),
    splits={
        "validation": VAIHINGEN_VALIDATION,
        "training": VAIHINGEN_TRAINING,
        "all": VAIHINGEN_TRAINING + VAIHINGEN_VALIDATION,
        "test": VAIHINGEN_TEST,
    },
    ignored="clutter",
    place=Georeference(32632, 0.09, (496_000.0, 5_420_000.0)),
    coding="colors",
)

POTSDAM = DatasetLayout(
    title="ISPRS Potsdam",
    images={
        "4_Ortho_RGBIR/top_potsdam_{name}_RGBIR.tif": (4, 1, 2),
        "3_Ortho_IRRG/top_potsdam_{name}_IRRG.tif": (1, 2, 3),
    },
    labels=(
        "5_Labels_for_participants/top_potsdam_{name}_label.tif",
        "5_Labels_all/top_potsdam_{name}_label.tif",
    ),
    eroded=(
        "5_Labels_for_participants_no_Boundary/top_potsdam_{name}_label_noBoundary.tif",
        "5_Labels_all_noBoundary/top_potsdam_{name}_label_noBoundary.tif",
    ),
    dsm=("1_DSM/dsm_potsdam_{two_digits}.tif",),
    ndsm=("1_DSM_normalisation/dsm_potsdam_{two_digits}_normalized_lastools.jpg",),
    splits={
        "validation": POTSDAM_VALIDATION,
        "training": POTSDAM_TRAINING,
        "all": POTSDAM_TRAINING + POTSDAM_VALIDATION,
        "test": POTSDAM_TEST,
    },
    place=Georeference(32633, 0.05, (366_000.0, 5_808_000.0)),
    coding="colors",
)
