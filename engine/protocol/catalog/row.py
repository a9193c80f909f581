# SPDX-License-Identifier: GPL-2.0-or-later
"""The row: what there is to know about an architecture without building it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Dict, Mapping, NamedTuple, Optional, Tuple

from .options import WIDTH, Option


class TileGeometry(NamedTuple):
    """How a network is tiled.

    Args:
        stride_px: coarsest stride inside the network; tile edges lie on its multiples.
        halo_px: context a tile needs so that a tiled run equals a whole-image run; None where
            no halo is enough.
    """

    stride_px: int
    halo_px: Optional[int]


@dataclass(frozen=True)
class ArchitectureRow:
    """What there is to know about an architecture without building it.

    Args:
        name: identifier.
        title: what people read.
        paper: where it comes from; also the heading under which lists group it.
        described_in: section and table of the paper.
        summary: one honest line for somebody choosing.
        stride_px: coarsest stride inside the network; tile edges lie on its multiples.
        halo_px: context a tile needs so that a tiled run equals a whole-image run; None where
            no halo is enough.
        output_stride_px: finest stride at which it computes scores; what is finer is interpolated.
        recipe: how it is trained by default, a name of `RECIPES`.
        memory_mb_per_mpx: peak memory of labeling one megapixel in one piece, in megabytes.
        pretrained: weights it wants to start from; empty: it trains from scratch.
        not_tileable: why no halo is enough, in a sentence; empty for tileable networks.
        options: where it can be built in more than one way, besides its width.
    """

    name: str
    title: str
    paper: str
    described_in: str
    summary: str
    stride_px: int
    halo_px: Optional[int]
    output_stride_px: int
    recipe: str
    memory_mb_per_mpx: int
    pretrained: str = ""
    not_tileable: str = ""
    options: Tuple[Option, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a row that is neither tileable nor says why."""
        if (self.halo_px is None) == (self.not_tileable == ""):
            raise ValueError(f"{self.name}: give either a halo or the reason why there is none.")

    def settled(self, options: Mapping[str, str]) -> Dict[str, str]:
        """Return every option with its value: the given ones, and the paper's way elsewhere.

        Raises:
            ValueError: an option or a value that the architecture does not have.
        """
        known = {option.name: option for option in (*self.options, WIDTH)}
        for name, value in options.items():
            if name not in known:
                raise ValueError(f"{self.name} has no option {name!r}; it has {', '.join(known)}.")
            known[name].choice(value)
        return {name: options.get(name, option.values[0]) for name, option in known.items()}

    def geometry(self, options: Mapping[str, str]) -> TileGeometry:
        """Return how the network is tiled when it is built with these options.

        Raises:
            ValueError: an option or a value that the architecture does not have.
        """
        settled = self.settled(options)
        choices = [option.choice(settled[option.name]) for option in self.options]
        stride_px, halo_px = self.stride_px, self.halo_px
        for choice in choices:
            halo_px = halo_px if choice.halo_px is None else choice.halo_px
        for choice in choices:
            stride_px *= choice.scale
            if halo_px is not None:
                halo_px = (halo_px + choice.extra_halo_px) * choice.scale
            if choice.whole_image:
                halo_px = None
        return TileGeometry(stride_px, halo_px)
