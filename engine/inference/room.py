# SPDX-License-Identifier: GPL-2.0-or-later
"""Room: whether the tiles of a run fit into memory, told before an hour is spent on them.

Most networks look a few hundred pixels around a pixel. Some look thousands of pixels, or at the
whole image, and a window of that size can be more than a computer holds.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from ..protocol import InputError, row_named
from ..runtime.memory import available_memory_mb

if TYPE_CHECKING:
    from ..protocol import ModelCard
    from .predictor import Predictor
    from .schedule import Schedule

APPROXIMATE_HALO_PX = 512


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


def window_mpx(predictor: Predictor, schedule: Schedule, shape: tuple[int, int]) -> float:
    """Return the size of the largest window of a run, in megapixels."""
    if predictor.halo_px is None:
        return shape[0] * shape[1] / 1e6
    edge = schedule.core_px + 2 * predictor.halo_px
    return min(edge, shape[0]) * min(edge, shape[1]) / 1e6


def refuse_without_room(card: ModelCard, needed_mb: float) -> None:
    """Refuse a run that would need more memory than there is.

    Raises:
        InputError: it would.
    """
    available_mb = available_memory_mb()
    if available_mb is None or needed_mb <= available_mb:
        return
    row = row_named(card.architecture)
    sees = row.not_tileable or "It looks very far around each pixel."
    raise InputError(
        f"The model '{card.name}' needs about {needed_mb / 1024:.1f} GB of memory for this image "
        f"and {available_mb / 1024:.1f} GB are free. {sees} Label a smaller image, give a halo_px "
        f"such as {APPROXIMATE_HALO_PX} for nearly the same labels, or choose another model."
    )
