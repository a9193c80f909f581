# SPDX-License-Identifier: GPL-2.0-or-later
"""Layouts: which files of a folder belong together to a scene, as tables of file names.

A template has `{name}` where the scene's name stands; of several templates the first one that
exists is taken, since data sets are unpacked under different names.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..protocol import InputError
from .truth import Truth, truth_in

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

Bands = tuple[int, int, int]  # near infrared, red, green, from 1; 0: find it
Templates = tuple[str, ...]

ANY_BANDS: Bands = (0, 0, 0)


@dataclass(frozen=True)
class Place:
    """Where tiles lie that do not say so themselves.

    Args:
        epsg: projected CRS of the tiles, in meters.
        gsd_m: of tiles without even a world file.
        corner: upper left corner that those get, in the CRS.
    """

    epsg: int
    gsd_m: float
    corner: tuple[float, float]


@dataclass(frozen=True)
class LabeledScene:
    """A scene with true classes.

    Args:
        name: of the scene in its set.
        image: path.
        bands: near infrared, red, green, from 1; 0: find it.
        truth: all true classes.
        eroded: the same without the borders, where the set brings it.
        dsm: path, or empty.
        dtm: path, or empty.
        heights: what the heights are, one of `HEIGHT_KINDS`.
        place: where it lies if its files do not say so.
    """

    name: str
    image: str
    truth: Truth
    bands: Bands = ANY_BANDS
    eroded: Truth | None = None
    dsm: str = ""
    dtm: str = ""
    heights: str = "auto"
    place: Place | None = None


@dataclass(frozen=True)
class Layout:
    """How the files of a data set are named.

    Args:
        title: what people call the set.
        images: templates, each with the bands of such an image.
        labels: templates of the true classes.
        eroded: templates of the true classes without borders.
        dsm: templates of surface heights in meters.
        ndsm: templates of heights above ground.
        dtm: templates of terrain heights in meters.
        splits: names of the scenes of each split.
        ignored: name of the class that nobody is asked to find, or empty.
        place: where tiles lie that do not say so.
        coding: of the labels, one of `CODINGS`; empty: told from each file.
        label_values: what the values of labels mean that do not follow the legend; see `Truth`.
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
    place: Place | None = None
    coding: str = ""
    label_values: tuple[str, ...] = ()

    def scene(self, root: Path, name: str, heights: str) -> LabeledScene:
        """Return the scene called `name`.

        Args:
            root: folder of the set.
            name: of the scene.
            heights: which of its heights, one of `HEIGHT_KINDS`.

        Raises:
            InputError: a file is missing.
        """
        image, template = self._required(root, name, tuple(self.images), "image")
        labels, _ = self._required(root, name, self.labels, "labels")
        surface, terrain, kind = self._heights(root, name, heights)
        return LabeledScene(
            name=name,
            image=image,
            truth=self._truth(labels),
            bands=self.images[template],
            eroded=self._optional_truth(_found(root, name, self.eroded)),
            dsm=surface,
            dtm=terrain,
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
        """Return paths of surface and terrain, and what they are; empty where there are none."""
        if kind == "ndsm":
            return self._required(root, name, self.ndsm, "normalized DSM")[0], "", "ndsm"
        if kind == "dsm+dtm":
            surface, _ = self._required(root, name, self.dsm, "DSM")
            return surface, self._required(root, name, self.dtm, "DTM")[0], kind
        if kind == "dsm":
            return self._required(root, name, self.dsm, "DSM")[0], "", kind
        surface = _found(root, name, self.dsm)
        return (surface, _found(root, name, self.dtm), "auto") if surface else ("", "", "auto")

    def _required(self, root: Path, name: str, templates: Templates, what: str) -> tuple[str, str]:
        for template in templates:
            path = _found(root, name, (template,))
            if path:
                return path, template
        if not templates:
            raise InputError(f"{self.title} has no {what}: choose other heights.")
        wanted = " or ".join(_filled(template, name) for template in templates)
        raise InputError(
            f"The {what} of scene {name} of {self.title} is missing: in {root} there should be "
            f"{wanted}. Unpack the data set there, or choose another root folder."
        )


def _found(root: Path, name: str, templates: Templates) -> str:
    """Return the path of the first file that exists, or empty."""
    paths = (root / _filled(template, name) for template in templates)
    return next((str(path) for path in paths if path.is_file()), "")


def _filled(template: str, name: str) -> str:
    """Return a file name.

    >>> _filled("1_DSM/dsm_potsdam_{two_digits}.tif", "2_10")
    '1_DSM/dsm_potsdam_02_10.tif'
    """
    two_digits = "_".join(part.zfill(2) for part in name.split("_"))
    return template.format(name=name, two_digits=two_digits)
