# SPDX-License-Identifier: GPL-2.0-or-later
"""The catalog: every architecture as a row of data, free of torch.

The plugin fills its lists from here; `engine.architectures` holds one builder for each row.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional, Tuple

MAGGIORI = "Maggiori et al., High-Resolution Aerial Image Labeling with CNNs, TGRS 2017"


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


CATALOG: Tuple[ArchitectureRow, ...] = (
    ArchitectureRow(
        name="maggiori_fcn",
        title="Base FCN",
        paper=MAGGIORI,
        summary="Small and fast; edges are soft because it predicts at 1/16 of the resolution.",
        stride_px=16,
        halo_px=80,
    ),
    ArchitectureRow(
        name="maggiori_unpool_max",
        title="Unpooling network, max",
        paper=MAGGIORI,
        summary="Mirrored decoder that puts values back where the maxima were.",
        stride_px=16,
        halo_px=128,
    ),
    ArchitectureRow(
        name="maggiori_unpool_avg",
        title="Unpooling network, average",
        paper=MAGGIORI,
        summary="Mirrored decoder that spreads values evenly; smoother than max unpooling.",
        stride_px=16,
        halo_px=128,
    ),
    ArchitectureRow(
        name="maggiori_skip",
        title="Skip network",
        paper=MAGGIORI,
        summary="Adds the scores of four resolutions; sharp edges for hardly more work.",
        stride_px=16,
        halo_px=80,
    ),
    ArchitectureRow(
        name="maggiori_mlp",
        title="MLP network",
        paper=MAGGIORI,
        summary="Learns how to combine four resolutions; the paper's best, and ours by default.",
        stride_px=16,
        halo_px=80,
    ),
)


def row_named(name: str) -> ArchitectureRow:
    """Return the row called `name`.

    Raises:
        KeyError: the catalog has no such row.
    """
    for row in CATALOG:
        if row.name == name:
            return row
    raise KeyError(name)
