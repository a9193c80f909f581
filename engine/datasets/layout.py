# SPDX-License-Identifier: GPL-2.0-or-later
"""Layouts: tables of file name templates that define the scenes of a data set.

A template contains `{name}` for the scene's name. Of several templates the first existing file is
used, because data sets are unpacked under different names.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..protocol import IMAGE_ROLES, InputError, SceneInput
from .truth_source import Truth, truth_in

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

Bands = tuple[int, int, int]  # near infrared, red, green, from 1; 0: inferred
Templates = tuple[str, ...]

ANY_BANDS: Bands = (0, 0, 0)


@dataclass(frozen=True)
class Georeference:
    """Georeference of tiles that declare none.

    Args:
        epsg: EPSG code of the projected CRS of the tiles, in meters.
        gsd_m: ground sampling distance of tiles without a world file.
        corner: upper left corner of tiles without a world file, in the CRS.
    """

    epsg: int
    gsd_m: float
    corner: tuple[float, float]


@dataclass(frozen=True, kw_only=True)
class LabeledScene(SceneInput):
    """A scene with ground truth.

    Args:
        name: name of the scene in its set.
        truth: full ground truth.
        eroded: ground truth without class borders, if the set has it.
        place: georeference for files that declare none.
    """

    name: str
    truth: Truth
    eroded: Truth | None = None
    place: Georeference | None = None


@dataclass(frozen=True)
class DatasetLayout:
    """File names and splits of a data set.

    Args:
        title: title of the set.
        images: templates of images, with the band numbers of each.
        labels: templates of the ground truth.
        eroded: templates of the ground truth without class borders.
        dsm: templates of surface heights in meters.
        ndsm: templates of heights above ground.
        dtm: templates of terrain heights in meters.
        splits: names of the scenes of each split.
        ignored: name of the class that is ignored in scoring, or empty.
        place: georeference for tiles that declare none.
        coding: coding of the labels, one of `CODINGS`; empty: inferred from each file.
        label_values: classes of label values that do not follow the legend; see `Truth`.
    """

    title: str
    images: Mapping[str, Bands]
    labels: Templates
    splits: Mapping[str, tuple[str, ...]]
    eroded: Templates = ()
    dsm: Templates = ()
    ndsm: Templates = ()
    dtm: Templates = ()
    ignored: str = ""
    place: Georeference | None = None
    coding: str = ""
    label_values: tuple[str, ...] = ()

    def scene(self, root: Path, name: str, heights: str) -> LabeledScene:
        """Return the scene called `name`.

        Args:
            root: folder of the set.
            name: name of the scene.
            heights: kind of heights to use, one of `HEIGHT_KINDS`.

        Raises:
            InputError: if a file is missing.
        """
        image, template = self._required(root, name, tuple(self.images), "image")
        labels, _ = self._required(root, name, self.labels, "labels")
        dsm, dtm, kind = self._heights(root, name, heights)
        bands = zip(IMAGE_ROLES, self.images[template], strict=True)
        return LabeledScene(
            name=name,
            image=image,
            truth=self._truth(labels),
            **{f"{role}_band": band for role, band in bands},
            eroded=self._optional_truth(_found(root, name, self.eroded)),
            dsm=dsm,
            dtm=dtm,
            heights=kind,
            place=self.place,
        )

    def _truth(self, path: str) -> Truth:
        if self.coding:
            return Truth(path, self.coding, label_values=self.label_values)
        return truth_in(path, label_values=self.label_values)

    def _optional_truth(self, path: str) -> Truth | None:
        return self._truth(path) if path else None

    def _heights(self, root: Path, name: str, kind: str) -> tuple[str, str, str]:
        """Return the paths of DSM and DTM, empty if there are none, and the kind of the heights."""
        if kind == "ndsm":
            return self._required(root, name, self.ndsm, "normalized DSM")[0], "", "ndsm"
        if kind == "dsm+dtm":
            dsm, _ = self._required(root, name, self.dsm, "DSM")
            return dsm, self._required(root, name, self.dtm, "DTM")[0], kind
        if kind == "dsm":
            return self._required(root, name, self.dsm, "DSM")[0], "", kind
        dsm = _found(root, name, self.dsm)
        return (dsm, _found(root, name, self.dtm), "auto") if dsm else ("", "", "auto")

    def _required(self, root: Path, name: str, templates: Templates, what: str) -> tuple[str, str]:
        for template in templates:
            path = _found(root, name, (template,))
            if path:
                return path, template
        if not templates:
            raise InputError(f"{self.title} has no {what}: choose other heights.")
        expected = " or ".join(_filled(template, name) for template in templates)
        raise InputError(
            f"The {what} of scene {name} of {self.title} is missing: in {root} there should be "
            f"{expected}. Unpack the data set there, or choose another root folder."
        )


def _found(root: Path, name: str, templates: Templates) -> str:
    """Return the path of the first existing file, or an empty string."""
    paths = (root / _filled(template, name) for template in templates)
    return next((str(path) for path in paths if path.is_file()), "")


def _filled(template: str, name: str) -> str:
    """Return the file name of a scene.

    >>> _filled("1_DSM/dsm_potsdam_{two_digits}.tif", "2_10")
    '1_DSM/dsm_potsdam_02_10.tif'
    """
    two_digits = "_".join(part.zfill(2) for part in name.split("_"))
    return template.format(name=name, two_digits=two_digits)
