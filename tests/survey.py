"""A survey of six image tiles and two height tiles of another tiling, and the verb for it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
from affine import Affine
from orthoscribe.tests.random_models import save_random_model
from orthoscribe.tests.scenes import NORTH_UP, hills, write_raster

ROOT = Path(__file__).resolve().parents[1]
HEIGHT, WIDTH, EDGE_PX = 400, 600, 200
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}


def write_survey(folder):
    """Write the tiles and a model with random weights."""
    write_tiles(folder)
    save_random_model(
        folder / "model", "maggiori_skip", ("nir", "red", "green", "height"), (0.4, 0.6)
    )


def write_tiles(folder):
    """Write image tiles of 200 px, and two height tiles with an edge at column 350."""
    for name in ("images", "heights"):
        (folder / name).mkdir()
    random = np.random.default_rng(5)
    blocks = random.integers(20, 160, (3, HEIGHT // 9 + 1, WIDTH // 9 + 1))
    image = np.kron(blocks, np.ones((1, 9, 9), int))[:, :HEIGHT, :WIDTH]
    image = (image + random.integers(0, 30, image.shape)).astype(np.uint8)
    raised = np.kron(random.random((HEIGHT // 16 + 1, WIDTH // 16 + 1)) < 0.3, np.ones((16, 16)))
    surface = hills(HEIGHT, WIDTH) + 7 * raised[:HEIGHT, :WIDTH].astype(np.float32)
    for row in range(0, HEIGHT, EDGE_PX):
        for col in range(0, WIDTH, EDGE_PX):
            part = image[:, row : row + EDGE_PX, col : col + EDGE_PX]
            moved = NORTH_UP @ Affine.translation(col, row)
            write_raster(folder / "images" / f"{row}_{col}.tif", part, transform=moved)
    for left, right in ((0, 350), (350, WIDTH)):
        moved = NORTH_UP @ Affine.translation(left, 0)
        path = folder / "heights" / f"{left}.tif"
        write_raster(path, surface[:, left:right], transform=moved)


def command(survey, output, *flags, verb="label"):
    """Return the command that labels the survey in one process, in tiles of 64 px."""
    return [
        sys.executable, "-m", "engine", verb, "--image", str(survey / "images"),
        "--dsm", str(survey / "heights" / "*.tif"), "--model", str(survey / "model"),
        "--tile-size", "64", "--halo", "32", "--threads", "1", "--output", str(output),
        "--confidence", str(output / "confidence.tif"), *flags,
    ]  # fmt: skip


def label(survey, output, *flags, **options):
    """Label the survey; return exit code and standard error."""
    done = subprocess.run(
        command(survey, output, *flags, **options),
        cwd=ROOT, env=ENVIRONMENT, capture_output=True, text=True, timeout=900, check=False,
    )  # fmt: skip
    return done.returncode, done.stderr


RESULTS = ("classes.tif", "classes.tif.aux.xml", "confidence.tif", "polygons.gpkg")


def assert_same_results(folder, whole):
    """Check that the results have the bytes of those of the run in one process."""
    for name in RESULTS:
        assert (folder / name).read_bytes() == (whole / name).read_bytes(), name
    assert not (folder / "label-parts").exists()
