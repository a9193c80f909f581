# SPDX-License-Identifier: GPL-2.0-or-later
"""Raster writers: class codes and confidence as GeoTIFF, complete when closed.

Files have one byte per pixel, compressed blocks and overviews, so any GIS draws them fast; they are
Cloud Optimized GeoTIFFs, which a client reads in parts over a network. A class raster also has a
color table and, in sidecars, category names with an attribute table (GDAL) and a style (QGIS).
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import rasterio
import rasterio.shutil
from rasterio.enums import Resampling

from ..outputs.destination import writing
from ..process.gdal_options import set_gdal_options
from ..protocol import NODATA
from .sidecars import color_table, pam_document, qml_document
from .windows import raster_window
from .written_blocks import WrittenBlocks

if TYPE_CHECKING:
    import numpy as np
    from typing_extensions import Self

    from ..protocol import Legend
    from ..tiling.window import Window
    from .grid import RasterGrid

BLOCK_PX = 512
SMALLEST_OVERVIEW_PX = 256
CREATION_OPTIONS = {
    "driver": "GTiff",
    "dtype": "uint8",
    "count": 1,
    "nodata": NODATA,
    "tiled": True,
    "blockxsize": BLOCK_PX,
    "blockysize": BLOCK_PX,
    "bigtiff": "IF_SAFER",
    "sparse_ok": True,  # blocks without a label take no space
}
COMPRESSION = {"compress": "deflate", "zlevel": 1}  # 8 times as fast as level 6, 20 % larger


class ByteWriter:
    """Writer of a single-band uint8 raster, 0 where nothing is written; a context manager.

    Windows may have any size and order; memory use is small if they are written row by row. After
    an exception the file is closed without overviews and sidecars.

    Args:
        path: path of the new file.
        grid: grid of the new file.
        is_scratch: whether the file is only for this job: it is not compressed and gets no
            overviews and no sidecars.

    Raises:
        OutputError: if the file cannot be written.
    """

    description: ClassVar[str] = ""
    resampling: ClassVar[Resampling] = Resampling.average

    def __init__(self, path: Path, grid: RasterGrid, *, is_scratch: bool = False) -> None:
        """Create the file at `path` on `grid`."""
        set_gdal_options()
        self.path, self._grid, self._is_scratch = Path(path), grid, is_scratch
        self._written_blocks = WrittenBlocks(BLOCK_PX)
        place = {"crs": grid.crs, "transform": grid.transform}
        size = {"height": grid.height, "width": grid.width}
        options = CREATION_OPTIONS if is_scratch else {**CREATION_OPTIONS, **COMPRESSION}
        with writing(self.path):
            self._dataset = rasterio.open(self.path, "w", **options, **place, **size)
            self._dataset.set_band_description(1, self.description)

    def write(self, window: Window, values: np.ndarray) -> None:
        """Write values (h, w) uint8 to a window of the grid."""
        with writing(self.path):
            self._dataset.write(values, 1, window=raster_window(window))
        self._written_blocks.feed(window, values)

    def finish(self) -> None:
        """Add overviews and sidecars, and close the file."""
        levels = [] if self._is_scratch else _overview_levels(self._grid)
        with writing(self.path):
            self._dataset.close()
            if levels:
                self._add_overviews(levels)
            self._written_blocks.check(self.path)
            if not self._is_scratch:
                self._order_blocks()
                self._written_blocks.check(self.path)
            self._check_overviews(levels)
            if not self._is_scratch:
                self._add_sidecars()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if error is None:
            self.finish()
        else:
            self._dataset.close()

    def _add_overviews(self, levels: list[int]) -> None:
        """Build overviews in the closed file; before, its color table is not written yet."""
        with (
            rasterio.Env(GDAL_NUM_THREADS="ALL_CPUS"),
            rasterio.open(self.path, "r+") as dataset,
        ):
            dataset.build_overviews(levels, self.resampling)

    def _order_blocks(self) -> None:
        """Copy the file to the layout of a COG: overviews before pixels, blocks row by row.

        The COG driver does the same by this option of GTiff. The order in which windows were
        written does not show any more.
        """
        ordered = self.path.with_name(f"{self.path.name}.ordered")
        options = {**CREATION_OPTIONS, **COMPRESSION, "copy_src_overviews": True}
        for name in ("dtype", "count", "nodata"):  # those of the source
            del options[name]
        try:
            self._copy(ordered, options)
            ordered.replace(self.path)
        finally:
            ordered.unlink(missing_ok=True)

    def _copy(self, target: Path, options: dict[str, Any]) -> None:
        try:
            with rasterio.Env(GDAL_NUM_THREADS="ALL_CPUS"):
                rasterio.shutil.copy(self.path, target, **options)
        except Exception as error:  # copies raise GDAL's errors, whose class has no public name
            raise OSError(str(error)) from error

    def _add_sidecars(self) -> None:
        """Write sidecar files; none by default."""

    def _check_overviews(self, levels: list[int]) -> None:
        """Raise OSError if an overview is missing or has a wrong size.

        Sizes are compared because GDAL does not store factors: it derives them from the rounded
        size of an overview, so 128 becomes 127 for many widths.
        """
        with rasterio.open(self.path) as dataset:
            count = len(dataset.overviews(1))
        if count != len(levels):
            raise OSError(f"{count} of {len(levels)} overviews are in the file")
        for index, factor in enumerate(levels):
            expected = -(-self._grid.height // factor), -(-self._grid.width // factor)
            with rasterio.open(self.path, overview_level=index) as overview:
                if overview.shape != expected:
                    raise OSError(f"the overview of {factor} px is incomplete")


class ClassWriter(ByteWriter):
    """Writer of class codes, with color table, category names and style."""

    description = "Land cover"
    resampling = Resampling.nearest  # the mode takes as long as labeling on a GPU

    def __init__(
        self, path: Path, grid: RasterGrid, legend: Legend, *, is_scratch: bool = False
    ) -> None:
        """Create the file at `path` on `grid` for the class codes of `legend`."""
        self._legend = legend
        super().__init__(path, grid, is_scratch=is_scratch)
        with writing(self.path):
            self._dataset.write_colormap(1, color_table(legend))

    def _add_sidecars(self) -> None:
        pam = self.path.with_name(self.path.name + ".aux.xml")
        pam.write_text(pam_document(self._legend), encoding="utf-8")
        qml = self.path.with_suffix(".qml")
        qml.write_text(qml_document(self._legend), encoding="utf-8")


class ConfidenceWriter(ByteWriter):
    """Writer of confidence in percent, 1..100; 0 is nodata."""

    description = "Confidence in percent"


def _overview_levels(grid: RasterGrid) -> list[int]:
    """Return overview factors 2, 4, 8, ... until one fits `SMALLEST_OVERVIEW_PX`."""
    levels, factor = [], 2
    while max(grid.height, grid.width) * 2 / factor > SMALLEST_OVERVIEW_PX:
        levels.append(factor)
        factor *= 2
    return levels
