# SPDX-License-Identifier: GPL-2.0-or-later
"""A generated town that is foreign to the bundled models, and places to draw on it.

The grass is dry, the air is hazy, the contrast is low and the image is a little blurred.
"""

import json
import shutil
import subprocess
from pathlib import Path

import numpy as np
from osgeo import gdal

ROOT = Path(__file__).resolve().parents[2]
SEED, SIZE_PX, GSD_M = 103, 480, 0.2
CLASSES, GRASS = (1, 2, 3, 4), 3
DISCS, RADIUS_PX, APART_PX = 5, 8, 60

gdal.UseExceptions()


def make_foreign_scene(folder, python):
    """Write `image.tif`, `dsm.tif` and `discs.json` (code, x, y, radius in meters) to a folder."""
    town = folder / "town"
    flags = {"--seed": SEED, "--size-px": SIZE_PX, "--gsd-m": GSD_M, "--land": "town"}
    words = [str(word) for flag in flags.items() for word in flag]
    command = [str(python), "-m", "engine", "scene", "--output", str(town), *words]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    shutil.copy(town / "dsm.tif", folder / "dsm.tif")
    labels = gdal.Open(str(town / "labels.tif")).ReadAsArray()
    source = gdal.Open(str(town / "image.tif"))
    image = gdal.GetDriverByName("GTiff").CreateCopy(str(folder / "image.tif"), source)
    for number, band in enumerate(made_foreign(source.ReadAsArray(), labels), start=1):
        image.GetRasterBand(number).WriteArray(band)
    discs = place_discs(labels, source.GetGeoTransform())
    (folder / "discs.json").write_text(json.dumps(discs))


def made_foreign(bands, labels):
    """Return NIR, red and green (3, h, w) uint8 of another season and another sensor."""
    nir, red, green = bands.astype(float)
    dry = labels == GRASS
    nir, red = np.where(dry, 0.62 * nir, nir), np.where(dry, 1.5 * red + 10, red)
    hazy = 0.7 * np.stack([nir, red, green]) + 45
    for axis in (1, 2):
        hazy = (np.roll(hazy, 1, axis) + 2 * hazy + np.roll(hazy, -1, axis)) / 4
    return np.clip(hazy, 0, 255).astype(np.uint8)


def place_discs(labels, transform):
    """Return discs inside of one class, spread over the scene."""
    random, discs = np.random.default_rng(5), []
    for code in CLASSES:
        chosen = []
        while len(chosen) < DISCS:
            row, column = random.integers(RADIUS_PX + 1, SIZE_PX - RADIUS_PX - 1, 2)
            around = labels[
                row - RADIUS_PX : row + RADIUS_PX + 1, column - RADIUS_PX : column + RADIUS_PX + 1
            ]
            is_apart = all(np.hypot(row - y, column - x) > APART_PX for y, x in chosen)
            if is_apart and (around == code).all():
                chosen.append((row, column))
        discs += [
            (
                code,
                transform[0] + (column + 0.5) * transform[1],
                transform[3] + (row + 0.5) * transform[5],
                RADIUS_PX * GSD_M,
            )
            for row, column in chosen
        ]
    return discs
