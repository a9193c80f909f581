# SPDX-License-Identifier: GPL-2.0-or-later
"""Held-out parts of the scenes of a run, as text for the card, and as data for its records."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...datasets.split import BLOCKS
from .training_scenes import ALL, NOTHING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ...datasets.split import Split


def held_out_text(splits: Mapping[str, Split], fraction: float) -> str:
    """Return a description of the held-out parts.

    Args:
        splits: training and held-out part of each scene by its name.
        fraction: fraction that the job holds out.
    """
    parts = [
        _part_text(name, split, fraction) for name, split in splits.items() if split.side != NOTHING
    ]
    return ", ".join(parts) or "nothing"


def held_out_windows(splits: Mapping[str, Split]) -> dict[str, list[dict[str, Any]]]:
    """Return the held-out windows of the scenes that are held out in blocks, as JSON values."""
    return {
        name: [window._asdict() for window in split.held_out]
        for name, split in splits.items()
        if split.side == BLOCKS
    }


def held_out_key(split: Split) -> str:
    """Return a text that differs for all held-out parts of one scene."""
    if split.side != BLOCKS:
        return split.side
    return " ".join((BLOCKS, *("{}+{}+{}x{}".format(*window) for window in split.held_out)))


def _part_text(name: str, split: Split, fraction: float) -> str:
    if split.side == ALL:
        return f"all of {name}"
    if split.side != BLOCKS:
        return f"the {100 * fraction:g} % at the {split.side} of {name}"
    count = len(split.held_out)
    blocks = f"{count} blocks" if count > 1 else "a block"
    area_px = sum(window.height * window.width for window in split.held_out)
    share = area_px / (split.training.height * split.training.width)
    return f"{blocks} of {name} ({share:.1%} of its area)"
