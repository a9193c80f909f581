# SPDX-License-Identifier: GPL-2.0-or-later
"""Other methods for the outlines of buildings, applied to the pixel outlines of the product."""

from __future__ import annotations

import time
import warnings
from importlib.util import find_spec
from typing import TYPE_CHECKING

import numpy as np
import shapely

from .building_scores import Delivered

if TYPE_CHECKING:
    from collections.abc import Callable

OURS, PIXELS = "Orthoscribe", "pixel outlines"
SIMPLIFIED, REGULARISER = "Douglas-Peucker 0.5 m", "buildingregulariser"
METHODS = (OURS, PIXELS, SIMPLIFIED, REGULARISER)
TOLERANCE_M = 0.5


def peer_outlines(pixels: np.ndarray, crs: str) -> dict[str, Delivered]:
    """Return the outlines of each peer that is installed.

    Args:
        pixels: pixel outlines of the buildings, (n,).
        crs: CRS of the outlines.
    """
    peers = {SIMPLIFIED: lambda: shapely.simplify(pixels, TOLERANCE_M)}
    if find_spec("buildingregulariser"):
        peers[REGULARISER] = _regulariser(pixels, crs)
    return {name: _timed(peer) for name, peer in peers.items()}


def _regulariser(pixels: np.ndarray, crs: str) -> Callable[[], np.ndarray]:
    """Return the call of the package buildingregulariser, with its defaults."""
    import geopandas  # noqa: PLC0415 - optional, only the peer needs it
    from buildingregulariser import regularize_geodataframe  # noqa: PLC0415

    frame = geopandas.GeoDataFrame(geometry=list(pixels), crs=crs)

    def regularize() -> np.ndarray:
        return regularize_geodataframe(frame, num_cores=1).geometry.to_numpy()

    return regularize


def _timed(make: Callable[[], np.ndarray]) -> Delivered:
    start_s = time.process_time()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        outlines = make()
    return Delivered(np.asarray(outlines, object), time.process_time() - start_s)
