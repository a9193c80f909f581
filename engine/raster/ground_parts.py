# SPDX-License-Identifier: GPL-2.0-or-later
"""The ground under a DSM in parts: each tile of the ground filter by itself, in any process.

The tiles are those of `estimate_ground`, with the same cells around them, so the parts joined are
the same heights. Each part is a file of its core; together they are one virtual raster.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import rasterio
from affine import Affine

from ..outputs.destination import writing
from ..protocol import BandTraits
from ..tiling.window import Window
from .area import find_area
from .grid import RasterGrid
from .ground_filter import GroundPlan, ground_of, lowest_heights, plan_ground
from .height_raster import HeightRaster
from .mosaic.member import Bands, Member
from .mosaic.vrt import vrt_text
from .opening import projected_grid

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from typing_extensions import Self

    from .reader import SceneSources

BLOCK_PX = 256
BANDS = Bands((BandTraits(1),), ("float32",), ((1.0, 0.0),), ("m",))


class GroundParts:
    """Parts of the ground under the DSM of a scene; a context manager.

    Args:
        sources: sources of the scene, whose heights are a DSM without terrain heights.

    Raises:
        InputError: if a file cannot be used.
    """

    def __init__(self, sources: SceneSources) -> None:
        """Open the DSM."""
        if sources.heights is None:
            raise ValueError("The scene has no heights.")
        whole = projected_grid(sources.image, "image")
        area = find_area(whole, sources.extent, sources.area)
        part = area.with_reach(sources.reach_px, whole)
        given = sources.heights
        self._dsm = HeightRaster(whole, given.dsm, given.dsm_band, "DSM", part)
        self._plan: GroundPlan = plan_ground(self._dsm)

    def __len__(self) -> int:
        """Return the number of parts."""
        return len(self._plan.tiles)

    def write(self, number: int, path: Path) -> None:
        """Estimate one part and write it to a new file.

        Raises:
            InputError: if a block of the DSM cannot be read.
            OutputError: if the file cannot be written.
        """
        factor, cell_m, tiles = self._plan
        tile = tiles[number]
        native = self._dsm.read_native(Window(*(factor * each for each in tile.window)))
        ground = ground_of(lowest_heights(native, factor), cell_m)
        core = ground[tile.core.shift(-tile.window.row, -tile.window.col).slices]
        grid = self._grid.sub(tile.core)
        with (
            writing(path),
            rasterio.open(
                path,
                "w",
                driver="GTiff",
                dtype="float32",
                count=1,
                height=grid.height,
                width=grid.width,
                crs=grid.crs,
                transform=grid.transform,
                nodata=np.nan,
                tiled=True,
                blockxsize=BLOCK_PX,
                blockysize=BLOCK_PX,
                compress="deflate",
                zlevel=1,
            ) as target,
        ):
            target.write(core, 1)
            target.units = ("m",)

    def join(self, paths: Mapping[int, Path], target: Path) -> None:
        """Write a virtual raster of the parts.

        Args:
            paths: file of each part, by number.
            target: path of the virtual raster.

        Raises:
            OutputError: if the file cannot be written.
        """
        cores = [self._plan.tiles[number].core for number in paths]
        members = [
            Member(
                str(path), self._grid.sub(core), BANDS, (float("nan"),), False, (BLOCK_PX, BLOCK_PX)
            )
            for path, core in zip(paths.values(), cores, strict=True)
        ]
        with writing(target):
            text = vrt_text(self._grid, members, cores, with_mask=False)
            target.write_text(text, encoding="utf-8")

    @property
    def _grid(self) -> RasterGrid:
        """Grid of the cells over the whole DSM."""
        source = self._dsm.source_grid
        height, width = (-(-length // self._plan.factor) for length in self._dsm.shape)
        moved = source.transform @ Affine.scale(self._plan.factor)
        return RasterGrid(source.crs, moved, height, width)

    def close(self) -> None:
        """Close the DSM."""
        self._dsm.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
