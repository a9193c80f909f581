# SPDX-License-Identifier: GPL-2.0-or-later
"""Color-coded labels: conversion from the colors of a legend to classes.

Black is unknown: the ISPRS blackens borders. A color that differs by a few levels is mapped to the
closest one, because some programs smooth label files; any other color is an error.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..metrics import IGNORED
from ..protocol import InputError

if TYPE_CHECKING:
    from ..protocol import Color, Legend

UNKNOWN: Color = (0, 0, 0)
MOST_LEVELS_OFF = 8
HIGHEST_LEVEL = 255


def decode_colors(colors: np.ndarray, legend: Legend, path: str) -> np.ndarray:
    """Return the class index of each pixel in the legend, (h, w) uint8, or `IGNORED`.

    Args:
        colors: (3, h, w) red, green and blue in 8-bit levels, of any data type.
        legend: legend with the colors.
        path: path of the file, for messages.

    Raises:
        InputError: if a color is not in the legend, or needs more than 8 bits.
    """
    if colors.size and not 0 <= colors.min() <= colors.max() <= HIGHEST_LEVEL:
        raise InputError(
            f"The labels {path} have color levels above {HIGHEST_LEVEL}: save them with 8 bits per "
            "band, in the colors of the legend."
        )
    keys = colors[0].astype(np.uint32) << 16 | colors[1].astype(np.uint32) << 8
    keys |= colors[2].astype(np.uint32)
    classes = np.full(keys.shape, IGNORED, np.uint8)
    known = np.zeros(keys.shape, bool)
    for color, index in _table(legend).items():
        is_color = keys == _key(color)
        classes[is_color] = index
        known |= is_color
    for key in np.unique(keys[~known]):
        color = int(key) >> 16, int(key) >> 8 & 255, int(key) & 255
        nearest = _nearest(color, legend)
        if nearest is None:
            raise InputError(_foreign_color(color, legend, path))
        classes[keys == key] = nearest
    return classes


def class_of_color(color: tuple[int, ...], legend: Legend) -> int | None:
    """Return the index of the class with a color, or with one a few levels off; None: no class."""
    index = _nearest(color, legend)
    return None if index == IGNORED else index


def _table(legend: Legend) -> dict[Color, int]:
    """Return the class index of each color; a class may be black."""
    return {UNKNOWN: IGNORED, **{one.color: i for i, one in enumerate(legend.classes)}}


def _key(color: Color) -> int:
    return color[0] << 16 | color[1] << 8 | color[2]


def _nearest(color: tuple[int, ...], legend: Legend) -> int | None:
    for known, index in _table(legend).items():
        if max(abs(one - other) for one, other in zip(color, known, strict=True)) <= (
            MOST_LEVELS_OFF
        ):
            return index
    return None


def _foreign_color(color: tuple[int, ...], legend: Legend, path: str) -> str:
    listed = ", ".join(f"{one.color} {one.title.lower()}" for one in legend.classes)
    return (
        f"The labels {path} have the color {color}, which is not in the legend: use {listed}, or "
        "black where the class is unknown, and save them without smoothing or JPEG."
    )
