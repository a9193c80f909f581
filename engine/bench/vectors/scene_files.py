# SPDX-License-Identifier: GPL-2.0-or-later
"""Scenes of the benchmark on disk: generated and labeled once, and kept for the next start."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ...commands import run_job
from ...process.reporter import SilentReporter
from ...protocol import LabelJob, SceneJob, VectorizeJob

if TYPE_CHECKING:
    from pathlib import Path

    from ...process.reporter import Reporter


class SceneGroup(NamedTuple):
    """Scenes with the same acceptance values.

    Args:
        gsd_m: ground sampling distance in meters.
        survey: survey of the heights, one of `SURVEYS`.
        is_truth: whether the true class raster is vectorized, not that of a model.
    """

    gsd_m: float
    survey: str
    is_truth: bool = False

    @property
    def is_fine(self) -> bool:
        """Whether the pixels are those of the finer half of the acceptance values."""
        return self.gsd_m < 0.15

    @property
    def title(self) -> str:
        """Name of the group in the tables."""
        labels = ", true class raster" if self.is_truth else ""
        return f"{self.gsd_m:g} m, {self.survey}{labels}"


class SceneFolder(NamedTuple):
    """A generated scene and its class raster.

    Args:
        folder: folder of the scene.
        group: group of the scene.
        seed: seed of the scene.
    """

    folder: Path
    group: SceneGroup
    seed: int

    @property
    def truth(self) -> Path:
        """Path of the true objects."""
        return self.folder / "truth.gpkg"

    @property
    def classes(self) -> Path:
        """Path of the class raster to vectorize."""
        if self.group.is_truth:
            return self.folder / "labels.tif"
        return self.folder / "labeled" / "classes.tif"

    @property
    def confidence(self) -> str:
        """Path of the confidence of the class raster; empty for the true one."""
        return "" if self.group.is_truth else str(self.folder / "labeled" / "confidence.tif")


def find_or_make_scene(
    folder: Path, group: SceneGroup, seed: int, size_px: int, model: str
) -> SceneFolder:
    """Return a scene, which is generated and labeled unless the folder has it.

    Args:
        folder: folder of all scenes.
        group: group of the scene.
        seed: seed of the scene.
        size_px: width and height in pixels.
        model: name or path of the model for the labels.
    """
    name = f"gsd{group.gsd_m:g}-{group.survey}-{size_px}px-{seed}"
    scene = SceneFolder(folder / name, group, seed)
    if not scene.truth.is_file():
        run_job(
            SceneJob(
                output=str(scene.folder),
                seed=seed,
                size_px=size_px,
                gsd_m=group.gsd_m,
                land="town",
                survey=group.survey,
            ),
            SilentReporter(),
        )
    if not scene.classes.is_file():
        run_job(_label_job(scene, model), SilentReporter())
    return scene


def vectorize(scene: SceneFolder, outlines: str, reporter: Reporter) -> Path:
    """Vectorize the class raster of a scene with the product's job, and return the GeoPackage.

    Args:
        scene: scene with its class raster.
        outlines: method of the outlines, as in the job.
        reporter: receiver of the job's events.
    """
    kind = "truth" if scene.group.is_truth else "model"
    output = scene.folder / f"vectors-{kind}-{outlines}"
    run_job(
        VectorizeJob(
            classes=str(scene.classes),
            confidence=scene.confidence,
            dsm=str(scene.folder / "dsm.tif"),
            dtm=str(scene.folder / "dtm.tif"),
            output=str(output),
            outlines=outlines,
        ),
        reporter,
    )
    return output / "polygons.gpkg"


def _label_job(scene: SceneFolder, model: str) -> LabelJob:
    return LabelJob(
        image=str(scene.folder / "image.tif"),
        dsm=str(scene.folder / "dsm.tif"),
        dtm=str(scene.folder / "dtm.tif"),
        output=str(scene.folder / "labeled"),
        confidence=scene.confidence,
        model=model,
        draw_polygons=False,
    )
