# SPDX-License-Identifier: GPL-2.0-or-later
"""Contact sheet of random scenes, each as image, heights above ground and classes.

`python -m engine.synthetic.contact_sheet docs/images/scenes.png` makes that of the documents.
"""

from __future__ import annotations

import argparse
import random
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ..protocol import ISPRS
from ..raster.png import png_bytes
from .conditions import conditions_of
from .scene import make_scene

if TYPE_CHECKING:
    from .scene import Scene

GSDS_M = (0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5)
WHITE_M = 15.0  # this and larger heights are white
GAP_PX = 4


def picture_of(scene: Scene) -> np.ndarray:
    """Return image, heights above ground and classes side by side, (h, 3 w, 3) uint8."""
    palette = np.zeros((256, 3), np.uint8)
    for land_class in ISPRS.classes:
        palette[land_class.code] = land_class.color
    heights = np.clip((scene.dsm - scene.dtm) * (255 / WHITE_M), 0, 255).astype(np.uint8)
    gray = np.repeat(heights[..., None], 3, axis=2)
    return np.concatenate([scene.image.transpose(1, 2, 0), gray, palette[scene.labels]], axis=1)


def contact_sheet(seed: int, rows: int, columns: int, size_px: int) -> np.ndarray:
    """Return a sheet of random scenes with flaws, (H, W, 3) uint8.

    Args:
        seed: seed of the random scenes.
        rows: number of rows of scenes.
        columns: number of columns of scenes.
        size_px: edge of a scene in pixels.
    """
    drawn = random.Random(seed)  # nosec B311 - not used for cryptography
    lines = []
    for _ in range(rows):
        line = []
        for _ in range(columns):
            number, gsd_m = drawn.randrange(10**6), drawn.choice(GSDS_M)
            scene = make_scene(number, size_px, gsd_m, conditions_of(number, with_flaws=True))
            line.append(np.pad(picture_of(scene), ((0, GAP_PX), (0, GAP_PX), (0, 0))))
        lines.append(np.concatenate(line, axis=1))
    return np.concatenate(lines)


def main() -> None:
    """Write a contact sheet as PNG."""
    parser = argparse.ArgumentParser(prog="python -m engine.synthetic.contact_sheet")
    parser.add_argument("path", type=Path, help="PNG file to write")
    parser.add_argument("--seed", type=int, default=16, help="seed of the random scenes")
    given = parser.parse_args()
    sheet = contact_sheet(given.seed, rows=8, columns=2, size_px=224)
    given.path.write_bytes(png_bytes(sheet.transpose(2, 0, 1)))


if __name__ == "__main__":
    main()
