# SPDX-License-Identifier: GPL-2.0-or-later
"""The evaluate job."""

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
    requires_path,
    says,
)
from .problems import height_problems, label_value_problems

DATASETS = ("none", "vaihingen", "potsdam", "folder")
SPLITS = ("validation", "training", "all", "test")


@dataclass(frozen=True)
class EvaluateJob:
    """Label scenes whose true classes are known, and report how good the labels are.

    Raises:
        JobError: a value that no run could use.
    """

    kind: ClassVar[str] = "evaluate"

    output: str = requires_path("folder for report.html, report.json and job.json")
    model: str = says("default", "name of a bundled model, or path of a model folder")
    image: str = says(
        "", "image with near infrared, red and green bands; leave out with a data set", is_path=True
    )
    labels: str = says(
        "",
        "true classes of the image: a raster of codes or of colors, or polygons with a class field",
        is_path=True,
    )
    dsm: str = says(
        "", "surface heights in meters: a DSM, or an nDSM with heights 'ndsm'", is_path=True
    )
    dtm: str = says("", "terrain heights in meters, subtracted from the DSM", is_path=True)
    heights: str = says(
        "auto",
        "what the heights are; auto: 'dsm+dtm' with a DTM, else 'dsm'; with a data set, which of "
        "its heights to take",
        HEIGHT_KINDS,
    )
    nir_band: int = says(0, "number of the near infrared band, from 1; 0: find it")
    red_band: int = says(0, "number of the red band, from 1; 0: find it")
    green_band: int = says(0, "number of the green band, from 1; 0: find it")
    dsm_band: int = says(1, "band of the DSM raster that holds the heights, from 1")
    dtm_band: int = says(1, "band of the DTM raster that holds the heights, from 1")
    class_field: str = says(
        "", "field of the polygons with the code or the name of their class; empty: find it"
    )
    label_values: Tuple[str, ...] = says((), LABEL_VALUES_TEXT, form=LABEL_VALUES_FORM)
    dataset: str = says(
        "none",
        "a whole set instead of an image: the ISPRS tiles of Vaihingen or Potsdam in their "
        "official folders, or a folder of tiles",
        DATASETS,
    )
    root: str = says("", "folder of the data set", is_path=True)
    split: str = says(
        "validation", "which scenes of the data set; for the ISPRS as in Maggiori et al.", SPLITS
    )
    eroded: bool = says(
        False, "give first the scores without 3 px around where classes meet, as the ISPRS does"
    )
    paper: bool = says(
        False, "show the published rows beside, of the data set and the model's architecture"
    )
    release_oa: bool = says(
        False,
        "count pixels of an ignored class as errors of the overall accuracy, as the released "
        "script of Maggiori et al. does",
    )
    trimap_px: int = says(80, "largest distance from a border on the trimap curve; 0: no curve")
    minimum_building_m2: float = says(
        8.0, "smaller buildings are not counted as objects, in square meters"
    )
    minimum_car_m2: float = says(2.0, "smaller cars are not counted as objects, in square meters")
    device: str = says("auto", "where the network runs", DEVICES)
    threads: int = says(0, "processor threads for the network; 0: all")

    def __post_init__(self) -> None:
        """Refuse values that no run could use."""
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
        """Return plain sentences that keep the job from running; none means runnable."""
        sentences = []
        if not self.output:
            sentences.append("No output folder is given: choose where the report goes.")
        if self.dataset != "none":
            return (*sentences, *self._dataset_problems())
        if self.root:
            sentences.append("A root folder is given but no data set: say which one lies there.")
        if not self.image:
            sentences.append(
                "No image is given: choose a raster with NIR, red and green bands, or a data set "
                "and its root folder."
            )
        elif not self.labels:
            sentences.append("No labels are given: choose the true classes of the image.")
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
                f"A data set is given and {' and '.join(named)} too: leave out the one or the "
                "other."
            )
        return (*sentences, *label_value_problems(self.dataset, self.label_values))
