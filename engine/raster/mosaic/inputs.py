# SPDX-License-Identifier: GPL-2.0-or-later
"""Mosaics among the inputs of a job: the rasters that a job names by folder, pattern or index."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from ...protocol import HeightsInput, OutputError
from .build import build_mosaic

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .build import Mosaic

MOSAIC_ROLES = {"image": "image", "dsm": "DSM", "dtm": "DTM"}

RasterJob = TypeVar("RasterJob", bound=HeightsInput)


@dataclass(frozen=True)
class JobMosaics(Generic[RasterJob]):
    """A job whose inputs are single rasters, some of them virtual.

    Args:
        job: job with the path of the virtual raster in place of each mosaic.
        of_role: mosaics by field of the job.
    """

    job: RasterJob
    of_role: Mapping[str, Mosaic]

    @property
    def files(self) -> tuple[str, ...]:
        """Paths of all files of all mosaics."""
        return tuple(file for mosaic in self.of_role.values() for file in mosaic.files)

    def described(self, given: RasterJob) -> dict[str, dict[str, Any]]:
        """Return path, number and hash of the files of each mosaic, by role.

        Args:
            given: job as the user gave it.
        """
        return {
            role: {"path": getattr(given, role), **mosaic.describe()}
            for role, mosaic in self.of_role.items()
        }


def with_mosaics(
    job: RasterJob, folder: Path, roles: Mapping[str, str] = MOSAIC_ROLES
) -> JobMosaics[RasterJob]:
    """Build the mosaics that a job names, and return the job that reads them.

    Args:
        job: job as the user gave it.
        folder: existing folder for the virtual rasters.
        roles: name of each raster in messages, by field of the job.

    Raises:
        InputError: if a file is missing or damaged, or does not fit the others of its mosaic.
        OutputError: if a virtual raster cannot be written.
    """
    built = {
        role: build_mosaic(getattr(job, role), what, folder)
        for role, what in roles.items()
        if getattr(job, role)
    }
    found = {role: mosaic for role, mosaic in built.items() if mosaic is not None}
    paths: dict[str, Any] = {role: mosaic.path for role, mosaic in found.items()}
    return JobMosaics(replace(job, **paths), found)


def refuse_among_files(mosaics: JobMosaics[RasterJob], output: Path) -> None:
    """Check that results are not written among the files of a mosaic, which would join it.

    Raises:
        OutputError: if the output folder is a folder of the mosaic's files.
    """
    if output.absolute() in {Path(file).absolute().parent for file in mosaics.files}:
        raise OutputError(
            f"The output folder {output} holds the files of the mosaic, and results there would "
            "become part of it: choose another output folder."
        )
