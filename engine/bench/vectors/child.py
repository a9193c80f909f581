# SPDX-License-Identifier: GPL-2.0-or-later
"""`python -m engine.bench.vectors.child METHOD RASTER OUTPUT`: one method of the vector stage.

It prints processor seconds and peak memory. The elapsed time would depend on what else the machine
does. Each run has a process of its own, so that the peaks are apart.
"""

from __future__ import annotations

import sys
import time
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyogrio
import rasterio
import shapely
from rasterio.features import shapes

from ...commands import run_job
from ...protocol import VectorizeJob
from ..peak import peak_mb
from .stage_clock import StageClock

if TYPE_CHECKING:
    from collections.abc import Callable

TOLERANCE_PX = 1.5  # that of the product


def regularized(raster: Path, output: Path) -> None:
    """Write all default layers of the product."""
    _vectorize(raster, output, "regularized")


def simplified(raster: Path, output: Path) -> None:
    """Write the simplified coverage, the road network and the cars of the product."""
    _vectorize(raster, output, "simplified")


def pixels(raster: Path, output: Path) -> None:
    """Write the layers of the product along the pixels."""
    _vectorize(raster, output, "pixels")


def traced(raster: Path, _: Path) -> None:
    """Trace all classes with rasterio, as shapely polygons."""
    _shapes(raster)


def traced_simplified(raster: Path, _: Path) -> None:
    """Trace all classes with rasterio and simplify each polygon."""
    _simplified_shapes(raster)


def traced_written(raster: Path, output: Path) -> None:
    """Trace all classes with rasterio, simplify each polygon, and write a GeoPackage."""
    polygons, codes = _simplified_shapes(raster)
    with rasterio.open(raster) as opened:
        crs = opened.crs.to_wkt()
    output.mkdir()
    pyogrio.raw.write(
        output / "polygons.gpkg",
        shapely.to_wkb(polygons),
        [codes],
        ["code"],
        geometry_type="Unknown",
        crs=crs,
    )


METHODS: dict[str, Callable[[Path, Path], None]] = {
    "Orthoscribe, regularized, written": regularized,
    "Orthoscribe, simplified, written": simplified,
    "Orthoscribe, pixels, written": pixels,
    "rasterio shapes": traced,
    "rasterio shapes + simplify": traced_simplified,
    "rasterio shapes + simplify, written": traced_written,
}


def main() -> None:
    """Run the method given on the command line."""
    method, raster, output = sys.argv[1:]
    if METHODS[method] in (regularized, simplified, pixels):
        import_module("engine.commands.vectorize")  # the start of the program does not count
    start_s = time.process_time()
    METHODS[method](Path(raster), Path(output))
    sys.stdout.write(f"{time.process_time() - start_s} {peak_mb()}\n")


def _vectorize(raster: Path, output: Path, outlines: str) -> None:
    run_job(VectorizeJob(classes=str(raster), output=str(output), outlines=outlines), StageClock())


def _shapes(raster: Path) -> tuple[np.ndarray, np.ndarray]:
    """Return polygons (n,) and codes (n,) of all regions."""
    with rasterio.open(raster) as opened:
        codes = opened.read(1)
        found = list(shapes(codes, mask=codes > 0, connectivity=4, transform=opened.transform))
    polygons = np.array([shapely.geometry.shape(geometry) for geometry, _ in found], object)
    return polygons, np.array([code for _, code in found], np.uint8)


def _simplified_shapes(raster: Path) -> tuple[np.ndarray, np.ndarray]:
    polygons, codes = _shapes(raster)
    with rasterio.open(raster) as opened:
        tolerance_m = TOLERANCE_PX * opened.res[0]
    return shapely.simplify(polygons, tolerance_m), codes


if __name__ == "__main__":
    main()
