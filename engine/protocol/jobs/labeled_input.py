# SPDX-License-Identifier: GPL-2.0-or-later
"""Labeled input: a scene with its ground truth, or a data set of such scenes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Tuple

from ..label_values import meanings_of
from .fields import (
    CLASS_FIELD_TEXT,
    HEIGHT_KINDS,
    LABEL_VALUES_FORM,
    LABEL_VALUES_TEXT,
    check_choice,
    option,
)
from .scene_input import SceneInput

DATASETS = ("none", "vaihingen", "potsdam", "folder")


@dataclass(frozen=True)
class LabeledInput(SceneInput):
    """A scene with its ground truth, or a data set.

    Raises:
        JobError: if a value is invalid.
    """

    no_image: ClassVar[str] = (
        "No image is given: choose a raster with NIR, red and green bands, or a data set and its "
        "root folder."
    )

    image: str = option(
        "", "image with near infrared, red and green bands; omit with a data set", is_path=True
    )
    labels: str = option(
        "",
        "ground truth of the image: a raster of codes or colors, or polygons with a class field",
        is_path=True,
    )
    heights: str = option(
        "auto",
        "kind of heights; auto: 'dsm+dtm' with a DTM, else 'dsm'; with a data set, which of its "
        "heights to use",
        HEIGHT_KINDS,
    )
    class_field: str = option("", CLASS_FIELD_TEXT)
    label_values: Tuple[str, ...] = option((), LABEL_VALUES_TEXT, form=LABEL_VALUES_FORM)
    dataset: str = option(
        "none",
        "data set to use instead of an image: the ISPRS tiles of Vaihingen or Potsdam in their "
        "official folders, or a folder of tiles",
        DATASETS,
    )
    root: str = option("", "folder of the data set", is_path=True)

    def __post_init__(self) -> None:
        """Check the values of the fields."""
        super().__post_init__()
        check_choice("dataset", self.dataset, DATASETS)
        meanings_of(self.label_values)

    def problems(self) -> Tuple[str, ...]:
        """Return the problems that prevent the input from being read; empty if there are none."""
        if self.dataset != "none":
            return self._dataset_problems()
        sentences = [*super().problems()]
        if self.root:
            sentences.append(
                "A root folder is given but no data set: choose the data set in this folder."
            )
        if self.image and not self.labels:
            sentences.append("No labels are given: choose the ground truth of the image.")
        return tuple(sentences)

    def _dataset_problems(self) -> Tuple[str, ...]:
        sentences = []
        if not self.root:
            sentences.append(
                f"No root folder is given: choose the folder of the data set '{self.dataset}'."
            )
        given = [name for name in ("image", "labels", "dsm", "dtm") if getattr(self, name)]
        if given:
            sentences.append(
                f"A data set is given and {' and '.join(given)} too: leave out one or the other."
            )
        if self.label_values and self.dataset != "folder":
            sentences.append(
                f"Label values are given, but the labels of '{self.dataset}' have its official "
                "colors: leave label_values out."
            )
        return tuple(sentences)
