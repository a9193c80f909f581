# SPDX-License-Identifier: GPL-2.0-or-later
"""Cache of the last predictor, so that a hosted engine does not load the same model for each job.

It holds one model: before another one is loaded, the former one is released.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from ..models.bundle import WEIGHTS_NAME, load_network
from ..process.allocator import mapped_apart, trim_heap
from .predictor import Predictor

if TYPE_CHECKING:
    import torch

    from ..models.bundle import Bundle


class _Cached(NamedTuple):
    """A predictor and what it depends on."""

    key: tuple[Any, ...]
    predictor: Predictor


_cached: list[_Cached] = []  # at most one


def predictor_of(
    bundle: Bundle, device: torch.device, *, halo_px: int = -1, stitch: bool = False
) -> Predictor:
    """Return the predictor of a model, loading the weights only if they are not the last ones.

    Args:
        bundle: model.
        device: device of the network.
        halo_px: context of a tile; see `Predictor.from_card`.
        stitch: whether every pixel is scored by shift-and-stitch.

    Raises:
        ModelError: if the weights cannot be used.
    """
    key = (bundle, _state_of_weights(bundle), device, halo_px, stitch)
    if _cached and None not in key and _cached[0].key == key:
        predictor = _cached[0].predictor
        if predictor.device == device:  # a card without enough memory was left during a run
            return predictor
    _cached.clear()
    with mapped_apart():
        network = load_network(bundle)
        predictor = Predictor.from_card(
            bundle.card, network, device, halo_px=halo_px, stitch=stitch
        )
    del network
    trim_heap()  # of the loading, so that free memory is known
    _cached.append(_Cached(key, predictor))
    return predictor


def _state_of_weights(bundle: Bundle) -> tuple[int, int, int] | None:
    """Return numbers that change with the file of the weights, or None if it is missing."""
    try:
        stat = (bundle.folder / WEIGHTS_NAME).stat()
    except OSError:
        return None
    return stat.st_ino, stat.st_size, stat.st_mtime_ns
