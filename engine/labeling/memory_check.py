# SPDX-License-Identifier: GPL-2.0-or-later
"""Memory check: choose tiles that fit in memory, and refuse a run at the start if none do.

Most networks have a receptive field of a few hundred pixels. For some it is thousands of pixels or
the whole image, and a window of that size may not fit in memory.
"""

from __future__ import annotations

from dataclasses import asdict
from fractions import Fraction
from typing import TYPE_CHECKING

from ..process.memory import available_gpu_memory_mb, available_memory_mb
from ..protocol import InputError, row_named
from ..tiling.grid import padded_size
from .footprints import footprint_mb
from .schedule import CORE_PX, Schedule

if TYPE_CHECKING:
    from ..protocol import ModelCard
    from .predictor import Predictor

APPROXIMATE_HALO_PX = 512
CORE_PER_HALO = 3  # smallest efficient width of a core in halos; below, windows overlap too much
COMFORTABLE_SHARE = 0.25  # fraction of the free memory
LIBRARIES_MB = 20  # of the first tiles: code of libraries, and blocks of rasters kept by GDAL
FLOAT_BYTES = 4
READING_MB_PER_MPX = 80  # a window that waits, and one that is being read
LESS = "Only {free} GB of memory are free, so tiles of {core_px} px are labeled, {workers} at once."


def needed_memory_mb(
    card: ModelCard,
    predictor: Predictor,
    schedule: Schedule,
    shape: tuple[int, int],
    batch_size: int,
) -> float:
    """Estimate the memory in MB that labeling adds to a process with a loaded model.

    Args:
        card: card of the model.
        predictor: predictor of the model.
        schedule: schedule of the run.
        shape: number of rows and columns of the scene.
        batch_size: number of tiles in a batch.
    """
    row = row_named(card.architecture)
    share = float(Fraction(card.options.get("width", "1")))
    coarser = row.geometry(card.options).stride_px / row.stride_px  # its maps have fewer pixels
    mpx = batch_size * window_mpx(predictor, schedule, shape)
    maps_mb = share * footprint_mb(card.architecture, mpx * 1e6 / coarser**2)
    if card.averaged_turns > 1:  # a turned copy of the window, and the scores so far
        maps_mb += FLOAT_BYTES * (card.channels + len(card.legend)) * mpx
    if predictor.device.type == "cuda":
        return maps_mb
    return LIBRARIES_MB + READING_MB_PER_MPX * mpx + schedule.workers * maps_mb


def fitting_schedule(
    card: ModelCard,
    predictor: Predictor,
    schedule: Schedule,
    shape: tuple[int, int],
    batch_size: int,
    *,
    keep_core: bool = False,
) -> tuple[Schedule, str]:
    """Return the first schedule that fits in the free memory, and a sentence if it is another one.

    Args:
        card: card of the model.
        predictor: predictor of the model, on the device of the run.
        schedule: wished schedule.
        shape: number of rows and columns of the scene.
        batch_size: number of tiles in a batch.
        keep_core: whether the size of the tiles may not change.

    Raises:
        InputError: if the run needs more memory than is free, whatever the schedule.
    """
    device = predictor.device
    is_on_card = device.type == "cuda"
    free_mb = available_gpu_memory_mb(device) if is_on_card else available_memory_mb()
    for tried in (schedule, *schedule.thriftier(predictor.stride_px)):
        if keep_core and tried.core_px != schedule.core_px:
            continue
        needed_mb = needed_memory_mb(card, predictor, tried, shape, batch_size)
        if needed_mb <= free_mb:
            is_same = tried == schedule
            free = f"{free_mb / 1024:.1f}"
            return tried, "" if is_same else LESS.format(free=free, **asdict(tried))
    raise InputError(_refusal(card, needed_mb, free_mb, is_on_card=is_on_card))


def comfortable_tile_px(
    card: ModelCard, predictor: Predictor, shape: tuple[int, int], threads: int, batch_size: int
) -> int:
    """Return the tile size for a network with a large receptive field; 0 for all others.

    Windows of small tiles overlap: with a halo as wide as the tile, each pixel is computed nine
    times. Larger tiles need more memory, so the size is doubled while enough memory is free.
    """
    halo_px, largest = predictor.halo_px, max(shape)
    if halo_px is None or CORE_PER_HALO * halo_px <= CORE_PX:
        return 0
    budget_mb = COMFORTABLE_SHARE * available_memory_mb()

    def fits(core_px: int) -> bool:
        schedule = Schedule.plan(
            *shape, stride_px=predictor.stride_px, tile_size_px=core_px, threads=threads
        )
        return needed_memory_mb(card, predictor, schedule, shape, batch_size) <= budget_mb

    core_px = padded_size(CORE_PX, predictor.stride_px)
    if core_px + 2 * halo_px >= largest and fits(largest):
        return padded_size(largest, predictor.stride_px)  # windows would be the whole image anyway
    while core_px < min(largest, CORE_PER_HALO * halo_px) and fits(2 * core_px):
        core_px *= 2
    return core_px


def window_mpx(predictor: Predictor, schedule: Schedule, shape: tuple[int, int]) -> float:
    """Return the size of the largest window of a run, in megapixels."""
    if predictor.halo_px is None:
        return shape[0] * shape[1] / 1e6
    edge = schedule.core_px + 2 * predictor.halo_px
    return min(edge, shape[0]) * min(edge, shape[1]) / 1e6


def _refusal(card: ModelCard, needed_mb: float, free_mb: float, *, is_on_card: bool) -> str:
    """Return the sentence about a run that needs more memory than is free."""
    row = row_named(card.architecture)
    reason = row.not_tileable or "Its receptive field is very large."
    memory = "memory on the graphics card" if is_on_card else "memory"
    other = "choose device 'cpu' or another model" if is_on_card else "choose another model"
    return (
        f"The model '{card.name}' needs about {needed_mb / 1024:.1f} GB of {memory} for this image "
        f"and {free_mb / 1024:.1f} GB are free. {reason} Label a smaller image, set a halo_px "
        f"such as {APPROXIMATE_HALO_PX} for nearly the same labels, or {other}."
    )
