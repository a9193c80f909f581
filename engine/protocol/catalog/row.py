# SPDX-License-Identifier: GPL-2.0-or-later
"""Rows of the catalog: the properties of an architecture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Dict, Mapping, NamedTuple, Optional, Tuple

from .options import WIDTH, Option


class TileGeometry(NamedTuple):
    """Tile geometry of a network.

    Args:
        stride_px: coarsest stride of the network; tile edges lie on its multiples.
        halo_px: context of a tile for which tiled and whole-image results are equal; None if no
            halo is enough.
    """

    stride_px: int
    halo_px: Optional[int]


@dataclass(frozen=True)
class ArchitectureRow:
    """Properties of an architecture.

    Args:
        name: identifier.
        title: display name.
        paper: reference of the paper, by which lists are grouped.
        described_in: section and table of the paper.
        summary: one line that helps users to choose.
        stride_px: coarsest stride of the network; tile edges lie on its multiples.
        halo_px: context of a tile for which tiled and whole-image results are equal; None if no
            halo is enough.
        output_stride_px: finest stride of the computed scores, which are interpolated to pixels.
        recipe: name of the default training recipe in `RECIPES`.
        pretrained: pretrained weights to start from; empty: trained from scratch.
        not_tileable: sentence that explains why no halo is enough; empty for tileable networks.
        options: build options other than the width.
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
    pretrained: str = ""
    not_tileable: str = ""
    options: Tuple[Option, ...] = ()

    def __post_init__(self) -> None:
        """Check that there is either a halo or a reason why there is none."""
        if (self.halo_px is None) == (self.not_tileable == ""):
            raise ValueError(f"{self.name}: give either a halo or the reason why there is none.")

    def settled(self, options: Mapping[str, str]) -> Dict[str, str]:
        """Return the values of all options: the given ones, and the defaults of the paper.

        Raises:
            ValueError: if the architecture does not have an option or value.
        """
        known = {option.name: option for option in (*self.options, WIDTH)}
        for name, value in options.items():
            if name not in known:
                raise ValueError(f"{self.name} has no option {name!r}; it has {', '.join(known)}.")
            known[name].choice(value)
        return {name: options.get(name, option.values[0]) for name, option in known.items()}

    def geometry(self, options: Mapping[str, str]) -> TileGeometry:
        """Return the tile geometry of the network with these options.

        Raises:
            ValueError: if the architecture does not have an option or value.
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
