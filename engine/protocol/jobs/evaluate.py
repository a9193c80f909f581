# SPDX-License-Identifier: GPL-2.0-or-later
"""Job for evaluating a model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Tuple

from ..label_values import meanings_of
from .fields import (
    DEVICES,
    HEIGHT_KINDS,
    LABEL_VALUES_FORM,
    LABEL_VALUES_TEXT,
    check_at_least,
    check_choice,
    option,
    required_path,
)
from .problems import height_problems, label_value_problems

DATASETS = ("none", "vaihingen", "potsdam", "folder")
SPLITS = ("validation", "training", "all", "test")


@dataclass(frozen=True)
class EvaluateJob:
    """Label scenes with ground truth, and report the accuracy of the labels.

    Raises:
        JobError: if a value is invalid.
    """

    kind: ClassVar[str] = "evaluate"

    output: str = required_path("folder for report.html, report.json and job.json")
    model: str = option("default", "name of a bundled model, or path of a model folder")
    image: str = option(
        "", "image with near infrared, red and green bands; omit with a data set", is_path=True
    )
    labels: str = option(
        "",
        "ground truth of the image: a raster of codes or colors, or polygons with a class field",
        is_path=True,
    )
    dsm: str = option(
        "", "surface heights in meters: a DSM, or an nDSM with heights 'ndsm'", is_path=True
    )
    dtm: str = option("", "terrain heights in meters, subtracted from the DSM", is_path=True)
    heights: str = option(
        "auto",
        "kind of heights; auto: 'dsm+dtm' with a DTM, else 'dsm'; with a data set, which of its "
        "heights to use",
        HEIGHT_KINDS,
    )
    nir_band: int = option(0, "number of the near infrared band, from 1; 0: detect automatically")
    red_band: int = option(0, "number of the red band, from 1; 0: detect automatically")
    green_band: int = option(0, "number of the green band, from 1; 0: detect automatically")
    dsm_band: int = option(1, "number of the height band of the DSM raster, from 1")
    dtm_band: int = option(1, "number of the height band of the DTM raster, from 1")
    class_field: str = option(
        "", "polygon field with the class code or name; empty: detect automatically"
    )
    label_values: Tuple[str, ...] = option((), LABEL_VALUES_TEXT, form=LABEL_VALUES_FORM)
    dataset: str = option(
        "none",
        "data set to use instead of an image: the ISPRS tiles of Vaihingen or Potsdam in their "
        "official folders, or a folder of tiles",
        DATASETS,
    )
    root: str = option("", "folder of the data set", is_path=True)
    split: str = option(
        "validation", "scenes of the data set; for the ISPRS as in Maggiori et al.", SPLITS
    )
    eroded: bool = option(
        False, "report first the scores without 3 px around class borders, like the ISPRS benchmark"
    )
    paper: bool = option(
        False, "show the published results of the data set and the model's architecture"
    )
    release_oa: bool = option(
        False,
        "count pixels of ignored classes as errors in the overall accuracy, as in the released "
        "script of Maggiori et al.",
    )
    trimap_px: int = option(80, "largest distance from a border in the trimap curve; 0: no curve")
    minimum_building_m2: float = option(
        8.0, "minimum area of buildings in the scores of objects, in square meters"
    )
    minimum_car_m2: float = option(
        2.0, "minimum area of cars in the scores of objects, in square meters"
    )
    device: str = option("auto", "device to run the network on", DEVICES)
    threads: int = option(0, "number of CPU threads of the network; 0: all")

    def __post_init__(self) -> None:
        """Check the values of the fields."""
        check_choice("heights", self.heights, HEIGHT_KINDS)
        check_choice("dataset", self.dataset, DATASETS)
        check_choice("split", self.split, SPLITS)
        check_choice("device", self.device, DEVICES)
        meanings_of(self.label_values)
        check_at_least(
            0,
            nir_band=self.nir_band,
            red_band=self.red_band,
            green_band=self.green_band,
            trimap_px=self.trimap_px,
            minimum_building_m2=self.minimum_building_m2,
            minimum_car_m2=self.minimum_car_m2,
            threads=self.threads,
        )
        check_at_least(1, dsm_band=self.dsm_band, dtm_band=self.dtm_band)

    def problems(self) -> Tuple[str, ...]:
        """Return the problems that prevent the job from running; empty if there are none."""
        sentences = []
        if not self.output:
            sentences.append("No output folder is given: choose where to save the report.")
        if self.dataset != "none":
            return (*sentences, *self._dataset_problems())
        if self.root:
            sentences.append(
                "A root folder is given but no data set: choose the data set in this folder."
            )
        if not self.image:
            sentences.append(
                "No image is given: choose a raster with NIR, red and green bands, or a data set "
                "and its root folder."
            )
        elif not self.labels:
            sentences.append("No labels are given: choose the ground truth of the image.")
        return (*sentences, *height_problems(self))

    def _dataset_problems(self) -> Tuple[str, ...]:
        sentences = []
        if not self.root:
            sentences.append(
                f"No root folder is given: choose the folder of the data set '{self.dataset}'."
            )
        named = [name for name in ("image", "labels", "dsm", "dtm") if getattr(self, name)]
        if named:
            sentences.append(
                f"A data set is given and {' and '.join(named)} too: leave out one or the other."
            )
        return (*sentences, *label_value_problems(self.dataset, self.label_values))
