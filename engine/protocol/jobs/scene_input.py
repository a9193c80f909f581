# SPDX-License-Identifier: GPL-2.0-or-later
"""Scene input: the image, its bands and the heights, which several kinds of jobs read.

Jobs inherit these records, so that their fields stay flat in job files, flags and Processing
parameters, and a function that reads a scene takes a job as it is. A nested record would have to be
flattened and restored in each of these places.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import ClassVar, Dict, Iterable, Tuple

from ..model_card import IMAGE_ROLES
from .fields import HEIGHT_KINDS, check_at_least, check_choice, option, required_path

READINGS = {
    "dsm": "surface model, ground estimated",
    "ndsm": "heights above ground",
    "dsm+dtm": "surface model minus terrain model",
}


@dataclass(frozen=True)
class ImageInput:
    """An image and the bands to use.

    Raises:
        JobError: if a value is invalid.
    """

    no_image: ClassVar[str] = "No image is given: choose a raster with NIR, red and green bands."

    image: str = required_path("image with near infrared, red and green bands")
    nir_band: int = option(0, "number of the near infrared band, from 1; 0: detect automatically")
    red_band: int = option(0, "number of the red band, from 1; 0: detect automatically")
    green_band: int = option(0, "number of the green band, from 1; 0: detect automatically")

    def __post_init__(self) -> None:
        """Check the values of the fields."""
        check_at_least(
            0, nir_band=self.nir_band, red_band=self.red_band, green_band=self.green_band
        )

    def given_bands(self, roles: Iterable[str] = IMAGE_ROLES) -> Dict[str, int]:
        """Return the given band number of each role, from 1; 0: detect automatically."""
        return {role: getattr(self, f"{role}_band") for role in roles}

    def problems(self) -> Tuple[str, ...]:
        """Return a message for a missing image, and for a band in two roles."""
        sentences = [] if self.image else [self.no_image]
        named = [band for band in self.given_bands().values() if band]
        if len(set(named)) < len(named):
            sentences.append(
                f"Band {max(named, key=named.count)} is used for two roles: "
                "NIR, red and green must be three different bands."
            )
        return tuple(sentences)


@dataclass(frozen=True)
class HeightsInput:
    """Height rasters and the bands to use.

    Raises:
        JobError: if a value is invalid.
    """

    dsm: str = option(
        "", "surface heights in meters: a DSM, or an nDSM with heights 'ndsm'", is_path=True
    )
    dtm: str = option("", "terrain heights in meters, subtracted from the DSM", is_path=True)
    heights: str = option(
        "auto", "kind of heights; auto: 'dsm+dtm' with a DTM, else 'dsm'", HEIGHT_KINDS
    )
    dsm_band: int = option(1, "number of the height band of the DSM raster, from 1")
    dtm_band: int = option(1, "number of the height band of the DTM raster, from 1")

    def __post_init__(self) -> None:
        """Check the values of the fields."""
        check_choice("heights", self.heights, HEIGHT_KINDS)
        check_at_least(1, dsm_band=self.dsm_band, dtm_band=self.dtm_band)

    @property
    def heights_reading(self) -> str:
        """Description of how the heights are read; empty without heights."""
        return READINGS[self.known_heights] if self.dsm else ""

    @property
    def known_heights(self) -> str:
        """Kind of heights, with `auto` resolved."""
        if self.heights == "auto":
            return "dsm+dtm" if self.dtm else "dsm"
        return self.heights

    def problems(self) -> Tuple[str, ...]:
        """Return a message for each contradiction between DSM, DTM and the kind of heights."""
        sentences = []
        if self.heights == "dsm+dtm" and not self.dtm:
            sentences.append("Heights are 'dsm+dtm' but no DTM is given: add one, or choose 'dsm'.")
        if self.heights in ("dsm", "ndsm") and self.dtm:
            sentences.append(
                f"A DTM is given but heights are '{self.heights}': choose 'dsm+dtm', or remove the "
                "DTM."
            )
        if self.dtm and not self.dsm:
            sentences.append("A DTM is given but no DSM is given: add the DSM of the same place.")
        elif self.heights != "auto" and not self.dsm:
            sentences.append(
                f"Heights are '{self.heights}' but no DSM is given: add the DSM raster."
            )
        return tuple(sentences)


# The fields of the last base come first: the image before the heights.
@dataclass(frozen=True)
class SceneInput(HeightsInput, ImageInput):
    """An image with its bands, optionally with heights.

    Raises:
        JobError: if a value is invalid.
    """

    def __post_init__(self) -> None:
        """Check the values of the fields."""
        ImageInput.__post_init__(self)
        HeightsInput.__post_init__(self)

    @property
    def scene(self) -> SceneInput:
        """Scene input alone, without the other fields of a job."""
        return SceneInput(**{each.name: getattr(self, each.name) for each in fields(SceneInput)})

    def problems(self) -> Tuple[str, ...]:
        """Return the problems that prevent the scene from being read; empty if there are none."""
        return (*ImageInput.problems(self), *HeightsInput.problems(self))
