# SPDX-License-Identifier: GPL-2.0-or-later
"""The row: what there is to know about an architecture without building it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional


@dataclass(frozen=True)
class ArchitectureRow:
    """What there is to know about an architecture without building it.

    Args:
        name: identifier.
        title: what people read.
        paper: where it comes from; also the heading under which lists group it.
        summary: one honest line for somebody choosing.
        stride_px: coarsest stride inside the network; tile edges lie on its multiples.
        halo_px: context a tile needs so that a tiled run equals a whole-image run; None where
            no halo is enough.
        not_tileable: why no halo is enough; empty for tileable networks.
    """

    name: str
    title: str
    paper: str
    summary: str
    stride_px: int
    halo_px: Optional[int]
    not_tileable: str = ""

    def __post_init__(self) -> None:
        """Refuse a row that is neither tileable nor says why."""
        if (self.halo_px is None) == (self.not_tileable == ""):
            raise ValueError(f"{self.name}: give either a halo or the reason why there is none.")
