# SPDX-License-Identifier: GPL-2.0-or-later
"""Target scenes: polygons are drawn in the left half, and the right half is scored."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.ndimage import binary_erosion

from ...finetune.labels.label_polygon import LabelPolygon
from ...finetune.tuning import TuningScene
from ...labeling.predictor import Predictor
from ...labeling.sliding_window import label_scene
from ...metrics import IGNORED, Confusion
from ...tiling.window import Window
from ...training.views import InputSpec, View, clean_view

if TYPE_CHECKING:
    import torch
    from torch import nn

    from ...protocol import ModelCard
    from ...synthetic import Scene

DISC_M = 1.8  # radius of a drawn disc
GAP_PX = 24  # between the halves


class ViewSource:
    """Source of the channels of a view in memory."""

    def __init__(self, view: View) -> None:
        self._view = view

    def read(self, window: Window) -> tuple[np.ndarray, np.ndarray]:
        """Return channels (C, h, w) float32 and validity (h, w) bool of a window."""
        channels = self._view.channels[(slice(None), *window.slices)].astype(np.float32)
        return channels, np.asarray(channels.any(axis=0))


@dataclass(frozen=True)
class Target:
    """Scene with its truth.

    Args:
        scene: input of the network.
        classes: class index of each pixel (H, W) uint8, or `IGNORED`.
        gsd_m: edge of a pixel in meters.
    """

    scene: TuningScene
    classes: np.ndarray
    gsd_m: float

    @classmethod
    def of(cls, scene: Scene, card: ModelCard) -> Target:
        """Return the target of a generated scene, whose labels are the truth."""
        spec = InputSpec(card.legend, card.normalization, None, card.wants_heights)
        view = clean_view(scene, spec, estimate_ground=True)
        index_of = np.full(256, IGNORED, np.uint8)
        index_of[list(card.legend.codes)] = np.arange(len(card.legend))
        height, width = scene.labels.shape
        return cls(
            TuningScene(ViewSource(view), height, width), index_of[scene.labels], scene.gsd_m
        )

    @property
    def drawn_part(self) -> Window:
        """Left half, where polygons are drawn."""
        height, width = self.classes.shape
        return Window(0, 0, height, width // 2 - GAP_PX)

    @property
    def scored_part(self) -> Window:
        """Right half."""
        height, width = self.classes.shape
        return Window(0, width // 2, height, width - width // 2)

    def centers_of_discs(self, classes: tuple[int, ...]) -> dict[int, np.ndarray]:
        """Return where the center of a disc may be in each class, (h, w) bool of the drawn part.

        Classes without any are left out.
        """
        part = self.classes[self.drawn_part.slices]
        around = disk(round(DISC_M / self.gsd_m))
        inside = {one: binary_erosion(part == one, around, border_value=0) for one in classes}
        return {one: mask for one, mask in inside.items() if mask.any()}

    def draw(
        self, rng: np.random.Generator, classes: tuple[int, ...], count: int
    ) -> tuple[LabelPolygon, ...]:
        """Return discs inside areas of the classes in turn; none touches another class."""
        radius = round(DISC_M / self.gsd_m)
        mask = disk(radius - 1)  # labels are shrunk by a pixel
        inside = self.centers_of_discs(classes)
        places = {one: np.argwhere(mask) for one, mask in inside.items()}
        known = list(inside)
        polygons = []
        for number in range(count):
            one = known[number % len(known)]
            row, col = places[one][rng.integers(len(places[one]))]
            window = Window(int(row) - radius + 1, int(col) - radius + 1, *mask.shape)
            center = (float(col), -float(row))
            area_m2 = float(mask.sum()) * self.gsd_m**2
            polygons.append(LabelPolygon(0, number, one, window, mask, center, area_m2))
        return tuple(polygons)

    def confusion(
        self, network: nn.Module, card: ModelCard, device: torch.device, part: Window | None = None
    ) -> np.ndarray:
        """Return the confusion matrix in a part; None: the right half."""
        part = part or self.scored_part
        classes = len(card.legend)
        labels = self.labels(network, card, device, part)
        confusion = Confusion(range(classes))
        confusion.feed(self.classes[part.slices], labels)
        return confusion.counts

    def labels(
        self, network: nn.Module, card: ModelCard, device: torch.device, part: Window
    ) -> np.ndarray:
        """Return the class index (h, w) uint8 of each pixel of a part."""
        codes = np.zeros(self.classes.shape, np.uint8)

        def keep(window: Window, found: np.ndarray, _: object) -> None:
            codes[window.slices] = found

        predictor = Predictor.from_card(card, network, device)
        height, width = self.classes.shape
        label_scene(self.scene.read, keep, predictor, height, width, wanted=part, threads=1)
        table = np.full(256, IGNORED, np.uint8)
        table[list(card.legend.codes)] = np.arange(len(card.legend))
        return table[codes[part.slices]]


def disk(radius: int) -> np.ndarray:
    """Return a disk (2 r + 1, 2 r + 1) bool."""
    rows, cols = np.ogrid[-radius : radius + 1, -radius : radius + 1]
    return rows**2 + cols**2 <= radius**2
