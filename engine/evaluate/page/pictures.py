# SPDX-License-Identifier: GPL-2.0-or-later
"""Embedded pictures of a scene, its ground truth, its labels and their errors."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass, field
from math import ceil
from typing import TYPE_CHECKING

import numpy as np

from ...metrics import IGNORED
from ...protocol import IMAGE_ROLES, find_bands
from ...raster.bands import band_traits
from ...raster.opening import open_raster
from ...raster.png import png_bytes

if TYPE_CHECKING:
    from ...protocol import ImageInput, Legend

LONGEST_PX = 420
MOST_SCENES = 6
UNKNOWN_COLOR = (200, 204, 208)
NO_CLASS_COLOR = (60, 60, 60)
RIGHT_COLOR, WRONG_COLOR = (236, 240, 243), (204, 41, 54)


@dataclass(frozen=True)
class Picture:
    """Pictures of a scene, each a PNG as a `data:` URL."""

    name: str
    image: str
    truth: str
    labels: str
    errors: str


@dataclass
class Gallery:
    """Collection of pictures of the first few scenes.

    Args:
        legend: legend with the colors of the classes.
    """

    legend: Legend
    pictures: list[Picture] = field(default_factory=list)

    @property
    def is_full(self) -> bool:
        """Whether further scenes are ignored."""
        return len(self.pictures) >= MOST_SCENES

    def feed(
        self,
        name: str,
        scene: ImageInput,
        truth: np.ndarray,
        labels: np.ndarray,
    ) -> None:
        """Draw a scene, unless the gallery is full.

        Args:
            name: name of the scene.
            scene: image of the scene and its bands.
            truth: (H, W) uint8 class indices, `IGNORED` where unknown.
            labels: (H, W) uint8 class indices.
        """
        if self.is_full:
            return
        step = max(1, ceil(max(truth.shape) / LONGEST_PX))
        small_truth, small_labels = truth[::step, ::step], labels[::step, ::step]
        palette = palette_of(self.legend)
        wrong = np.where(small_truth == small_labels, RIGHT, WRONG)
        wrong[small_truth == IGNORED] = UNKNOWN
        self.pictures.append(
            Picture(
                name,
                image=data_url(_colors_of(scene, small_truth.shape)),
                truth=data_url(palette[small_truth].transpose(2, 0, 1)),
                labels=data_url(palette[small_labels].transpose(2, 0, 1)),
                errors=data_url(_VERDICTS[wrong].transpose(2, 0, 1)),
            )
        )


RIGHT, WRONG, UNKNOWN = range(3)
_VERDICTS = np.array([RIGHT_COLOR, WRONG_COLOR, UNKNOWN_COLOR], np.uint8)


def palette_of(legend: Legend) -> np.ndarray:
    """Return the color of each class index, (256, 3) uint8."""
    palette = np.full((256, 3), NO_CLASS_COLOR, np.uint8)
    palette[IGNORED] = UNKNOWN_COLOR
    palette[: len(legend)] = [one.color for one in legend.classes]
    return palette


def _colors_of(scene: ImageInput, shape: tuple[int, int]) -> np.ndarray:
    """Return a color-infrared picture (3, h, w) uint8: NIR, red and green as R, G and B."""
    with open_raster(scene.image, "image") as dataset:
        found = find_bands(IMAGE_ROLES, scene.given_bands(), band_traits(dataset))
        values = dataset.read(list(found), out_shape=(3, *shape), out_dtype=np.float32)
    return stretched(values)


def stretched(values: np.ndarray) -> np.ndarray:
    """Return bands (3, h, w) as a picture (3, h, w) uint8, each stretched between percentiles."""
    values = np.nan_to_num(values)
    low, high = np.percentile(values, (1, 99), axis=(1, 2), keepdims=True)
    levels = 255 * (values - low) / np.maximum(high - low, 1e-6)
    return np.clip(levels, 0, 255).astype(np.uint8)


def data_url(picture: np.ndarray) -> str:
    """Return a picture (3, h, w) uint8 as a PNG in a `data:` URL."""
    return "data:image/png;base64," + b64encode(png_bytes(picture)).decode("ascii")
