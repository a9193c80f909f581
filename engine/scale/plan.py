# SPDX-License-Identifier: GPL-2.0-or-later
"""Plan of a label job: its parts, and the hours, memory and disk that they need."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ..labeling.labeler import Labeler, LabelingOptions
from ..models.bundle import load_bundle
from ..models.store import find_model
from ..process.device import choose_device, describe_device
from ..raster.ground_parts import GroundParts
from ..raster.mosaic.inputs import with_mosaics
from ..raster.opening import projected_grid
from ..raster.reader import SceneSources, open_scene
from .measure import measure_part
from .parts_labeler import parts_of, refuse_whole_image
from .super_tiles import plan_parts

if TYPE_CHECKING:
    from pathlib import Path

    from ..process.reporter import Reporter
    from ..protocol import LabelJob
    from ..raster.mosaic.inputs import JobMosaics
    from ..raster.reader import SceneReader
    from .measure import Measured
    from .super_tiles import Part


@dataclass(frozen=True)
class Plan:
    """Plan of a label job.

    Args:
        files: number of files of each mosaic, by role.
        width_px: width of the output in pixels.
        height_px: height of the output in pixels.
        parts: number of super-tiles to label.
        skipped: number of super-tiles without image or area.
        part_mpx: millions of pixels of the largest super-tile.
        labeled_mpx: millions of pixels of all super-tiles.
        reach_px: radius of influence of an image pixel on labels, read around each super-tile.
        ground_parts: number of parts of the ground to estimate; 0: it is given.
        device: description of the device that was measured.
        measured: cost of one super-tile.
    """

    files: dict[str, int]
    width_px: int
    height_px: int
    parts: int
    skipped: int
    part_mpx: float
    labeled_mpx: float
    reach_px: int
    ground_parts: int
    device: str
    measured: Measured

    def hours(self, workers: int) -> float:
        """Return the duration of the run with so many workers like the measured one."""
        one = self.measured
        shared_s = self.labeled_mpx * (one.label_s + one.outline_s) / one.mpx
        shared_s += self.ground_parts * one.ground_s
        rounds = -(-self.parts // workers) * workers / self.parts  # the last round is not full
        serial_s = one.open_s + self.labeled_mpx * one.trace_s / one.mpx
        return (shared_s * rounds / workers + serial_s) / 3600

    @property
    def disk_gb(self) -> float:
        """Size of the parts and the results in the output folder, in GB."""
        parts = 2 * self.labeled_mpx / 1e3  # a byte for the class and one for the confidence
        copies = 2  # a result is copied when its blocks are put in order
        return parts + copies * self.measured.bytes_per_px * self.labeled_mpx / 1e3


def make_plan(job: LabelJob, folder: Path, reporter: Reporter) -> Plan:
    """Return the plan of a job, after labeling one of its super-tiles into a folder.

    Raises:
        InputError: if a file cannot be used.
        JobError: if the model cannot label parts.
        JobCanceled: if the job was canceled.
    """
    reporter.progress(0.0, "Opening the rasters")
    mosaics = with_mosaics(job, folder)
    labeler = Labeler(load_bundle(find_model(job.model)), LabelingOptions.from_job(job))
    refuse_whole_image(labeler)
    reach_px = labeler.reach_px(projected_grid(mosaics.job.image, "image"))
    sources = SceneSources.from_job(mosaics.job, labeler.bundle.card.roles, reach_px)
    with open_scene(replace(sources, heights=None), folder) as scene:  # for its geometry
        parts, count = _parts(labeler, scene, mosaics)
        size = scene.wanted.height, scene.wanted.width
        middle = replace(sources, extent=_extent_of(_typical(parts), scene))
    measured = measure_part(mosaics.job, labeler, middle, folder, reporter)
    measured = replace(measured, ground_s=measured.ground_s / max(1, _ground_parts(middle)))
    sizes = [_pixels(part) / 1e6 for part in parts]
    return Plan(
        files={role: len(mosaic.files) for role, mosaic in mosaics.of_role.items()},
        width_px=size[1],
        height_px=size[0],
        parts=len(parts),
        skipped=count - len(parts),
        part_mpx=max(sizes),
        labeled_mpx=sum(sizes),
        reach_px=reach_px or 0,
        ground_parts=_ground_parts(sources),
        device=describe_device(choose_device(job.device), job.threads),
        measured=measured,
    )


def _parts(
    labeler: Labeler, scene: SceneReader, mosaics: JobMosaics[LabelJob]
) -> tuple[tuple[Part, ...], int]:
    """Return the super-tiles to label, and the number of all."""
    working = labeler.working(scene)
    core_px = labeler.core_px(scene)
    every = plan_parts(working.wanted, labeler.stride_px, core_px, working.image_window)
    return parts_of(labeler, scene, mosaics.of_role.get("image")), len(list(every))


def _typical(parts: tuple[Part, ...]) -> Part:
    """Return a part of full size in the middle; those at the edges of the image are smaller."""
    largest_px = max(_pixels(part) for part in parts)
    full = [part for part in parts if _pixels(part) == largest_px]
    return full[len(full) // 2]


def _pixels(part: Part) -> int:
    return part.place.height * part.place.width


def _extent_of(part: Part, scene: SceneReader) -> tuple[float, float, float, float]:
    """Return xmin, ymin, xmax, ymax around a part, in the image's CRS."""
    grid = scene.wanted_grid.sub(part.place)
    corners = [grid.transform @ (col, row) for col in (0, grid.width) for row in (0, grid.height)]
    x, y = zip(*corners, strict=True)
    return min(x), min(y), max(x), max(y)


def _ground_parts(sources: SceneSources) -> int:
    if sources.heights is None or sources.heights.known_heights != "dsm":
        return 0
    with GroundParts(sources) as parts:
        return len(parts)
