# SPDX-License-Identifier: GPL-2.0-or-later
"""Room: whether the tiles of a run fit into memory, told before an hour is spent on them.

Most networks look a few hundred pixels around a pixel. Some look thousands of pixels, or at the
whole image, and a window of that size can be more than a computer holds.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from ..process.memory import available_gpu_memory_mb, available_memory_mb
from ..protocol import InputError, row_named
from ..tiling.grid import padded_size
from .schedule import CORE_PX, Schedule

if TYPE_CHECKING:
    import torch

    from ..protocol import ModelCard
    from .predictor import Predictor

APPROXIMATE_HALO_PX = 512
FAR_SIGHTED = 3  # a core should be this many halos wide, or windows overlap more than they show
COMFORTABLE_SHARE = 0.25  # of the memory that is free


def needed_memory_mb(
    card: ModelCard,
    predictor: Predictor,
    schedule: Schedule,
    shape: tuple[int, int],
    batch_size: int,
) -> float:
    """Return about how much memory the windows computed at once take, in MB.

    Args:
        card: of the model.
        predictor: of the model.
        schedule: of the run.
        shape: rows and columns of the scene.
        batch_size: tiles in each computation.
    """
    row = row_named(card.architecture)
    share = float(Fraction(card.options.get("width", "1")))
    coarser = row.geometry(card.options).stride_px / row.stride_px  # it sees fewer, larger pixels
    return (
        row.memory_mb_per_mpx
        * share
        / coarser**2
        * window_mpx(predictor, schedule, shape)
        * schedule.workers
        * batch_size
    )


def comfortable_tile_px(
    card: ModelCard, predictor: Predictor, shape: tuple[int, int], threads: int, batch_size: int
) -> int:
    """Return the edge of a tile for a network that looks far around it; 0 for any other.

    Windows of small tiles overlap: with a halo as wide as the tile each pixel is computed nine
    times. Larger tiles take more memory, so they grow as long as there is plenty.
    """
    halo_px, largest = predictor.halo_px, max(shape)
    if halo_px is None or FAR_SIGHTED * halo_px <= CORE_PX:
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
    while core_px < min(largest, FAR_SIGHTED * halo_px) and fits(2 * core_px):
        core_px *= 2
    return core_px


def window_mpx(predictor: Predictor, schedule: Schedule, shape: tuple[int, int]) -> float:
    """Return the size of the largest window of a run, in megapixels."""
    if predictor.halo_px is None:
        return shape[0] * shape[1] / 1e6
    edge = schedule.core_px + 2 * predictor.halo_px
    return min(edge, shape[0]) * min(edge, shape[1]) / 1e6


def refuse_without_room(card: ModelCard, needed_mb: float, device: torch.device) -> None:
    """Refuse a run that would need more memory than its device has left.

    Args:
        card: of the model.
        needed_mb: for the windows that are computed at once.
        device: where they are computed; the network lies there already.

    Raises:
        InputError: less is free.
    """
    is_on_card = device.type == "cuda"
    available_mb = available_gpu_memory_mb(device) if is_on_card else available_memory_mb()
    if needed_mb <= available_mb:
        return
    row = row_named(card.architecture)
    sees = row.not_tileable or "It looks very far around each pixel."
    memory = "memory on the graphics card" if is_on_card else "memory"
    other = "choose device 'cpu' or another model" if is_on_card else "choose another model"
    raise InputError(
        f"The model '{card.name}' needs about {needed_mb / 1024:.1f} GB of {memory} for this image "
        f"and {available_mb / 1024:.1f} GB are free. {sees} Label a smaller image, give a halo_px "
        f"such as {APPROXIMATE_HALO_PX} for nearly the same labels, or {other}."
    )
