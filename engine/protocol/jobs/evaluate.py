# SPDX-License-Identifier: GPL-2.0-or-later
"""Job for evaluating a model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Tuple

from .fields import DEVICES, check_at_least, check_choice, option, required_path
from .labeled_input import LabeledInput

SPLITS = ("validation", "training", "all", "test")


@dataclass(frozen=True)
class EvaluateJob(LabeledInput):
    """Label scenes with ground truth, and report the accuracy of the labels.

    Raises:
        JobError: if a value is invalid.
    """

    kind: ClassVar[str] = "evaluate"

    output: str = required_path("folder for report.html, report.json and job.json")
    model: str = option("default", "name of a bundled model, or path of a model folder")
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
        super().__post_init__()
        check_choice("split", self.split, SPLITS)
        check_choice("device", self.device, DEVICES)
        check_at_least(
            0,
            trimap_px=self.trimap_px,
            minimum_building_m2=self.minimum_building_m2,
            minimum_car_m2=self.minimum_car_m2,
            threads=self.threads,
        )

    def problems(self) -> Tuple[str, ...]:
        """Return the problems that prevent the job from running; empty if there are none."""
        if self.output:
            return super().problems()
        return (
            "No output folder is given: choose where to save the report.",
            *super().problems(),
        )
