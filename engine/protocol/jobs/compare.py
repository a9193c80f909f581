# SPDX-License-Identifier: GPL-2.0-or-later
"""The compare job."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import PurePath
from typing import ClassVar, List, Tuple

from ..catalog import CATALOG, WIDTH
from ..errors import JobError
from ..label_values import meanings_of
from ..model_places import model_folder
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
from .problems import height_problems


@dataclass(frozen=True)
class CompareJob:
    """Train or load several networks, label with each, and score them against known labels.

    Raises:
        JobError: a value that no run could use.
    """

    kind: ClassVar[str] = "compare"

    image: str = requires_path("image with near infrared, red and green bands")
    labels: str = requires_path(
        "truth of the same place: class raster, image in ISPRS colors, or polygons with a class"
    )
    output: str = requires_path("folder for the table, the models and the labels")
    architectures: Tuple[str, ...] = says(
        (), "architectures, which are trained here, and models, which are used as they are"
    )
    label_values: Tuple[str, ...] = says((), LABEL_VALUES_TEXT, form=LABEL_VALUES_FORM)
    dsm: str = says(
        "", "surface heights in meters: a DSM, or an nDSM with heights 'ndsm'", is_path=True
    )
    dtm: str = says("", "terrain heights in meters, subtracted from the DSM", is_path=True)
    heights: str = says(
        "auto", "what the heights are; auto: 'dsm+dtm' with a DTM, else 'dsm'", HEIGHT_KINDS
    )
    nir_band: int = says(0, "number of the near infrared band, from 1; 0: find it")
    red_band: int = says(0, "number of the red band, from 1; 0: find it")
    green_band: int = says(0, "number of the green band, from 1; 0: find it")
    dsm_band: int = says(1, "band of the DSM raster that holds the heights, from 1")
    dtm_band: int = says(1, "band of the DTM raster that holds the heights, from 1")
    test_fraction: float = says(
        0.2,
        "part of the image, at its right, that is scored and never trained on; at another side if "
        "more classes are in both parts then",
    )
    steps: int = says(300, "training steps of each architecture")
    patches: int = says(4, "patches in each training step")
    patch_px: int = says(256, "edge of a training patch in pixels")
    learning_rate: float = says(0.002, "highest learning rate")
    width: str = says("1", WIDTH.summary, WIDTH.values)
    seed: int = says(1, "of the weights and the patches")
    device: str = says("auto", "where the networks run", DEVICES)
    threads: int = says(0, "processor threads; 0: all")

    def __post_init__(self) -> None:
        """Refuse values that no run could use."""
        check_choice("heights", self.heights, HEIGHT_KINDS)
        check_choice("device", self.device, DEVICES)
        meanings_of(self.label_values)
        check_choice("width", self.width, WIDTH.values)
        check_at_least(
            0,
            nir_band=self.nir_band,
            red_band=self.red_band,
            green_band=self.green_band,
            seed=self.seed,
            threads=self.threads,
        )
        check_at_least(1, dsm_band=self.dsm_band, dtm_band=self.dtm_band, steps=self.steps)
        check_at_least(2, patches=self.patches)  # batch norm compares at least two
        check_at_least(32, patch_px=self.patch_px)
        if not 0 < self.learning_rate <= 1:
            raise JobError(f"'learning_rate' is {self.learning_rate}; it must be within 0..1.")
        if not 0.05 <= self.test_fraction <= 0.9:
            raise JobError(f"'test_fraction' is {self.test_fraction}; it must be 0.05 to 0.9.")

    def problems(self) -> Tuple[str, ...]:
        """Return plain sentences that keep the job from running; none means runnable."""
        sentences = []
        if not self.image:
            sentences.append("No image is given: choose a raster with NIR, red and green bands.")
        if not self.labels:
            sentences.append("No labels are given: choose the truth of the same place.")
        if not self.output:
            sentences.append("No output folder is given: choose where the results go.")
        if not self.architectures:
            sentences.append(
                "No architectures are given: name some, as maggiori_mlp,maggiori_skip; "
                "'architectures' lists all."
            )
        return (*sentences, *_name_problems(self.architectures), *height_problems(self))


def _name_problems(names: Tuple[str, ...]) -> Tuple[str, ...]:
    """Return a sentence for each name that is unknown, or whose results another one would write."""
    stems = [PurePath(name).name for name in names]
    twice = sorted({stem for stem in stems if stems.count(stem) > 1})
    known = [row.name for row in CATALOG]
    unknown = [name for name in names if name not in known and model_folder(name) is None]
    return (
        *(f"'{stem}' is named twice, and results bear that name: name it once." for stem in twice),
        *(
            f"'{name}' is neither an architecture nor a model.{_hint(name, known)} "
            "'architectures' lists the former, and a model is a folder with model.json."
            for name in unknown
        ),
    )


def _hint(name: str, known: List[str]) -> str:
    close = get_close_matches(name, known, 1)
    return f" Did you mean '{close[0]}'?" if close else ""
