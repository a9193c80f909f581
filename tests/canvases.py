# SPDX-License-Identifier: GPL-2.0-or-later
"""Small canvases on level ground and plain conditions, for tests of what scenes are made of."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from orthoscribe.engine.synthetic import Conditions, conditions_of
from orthoscribe.engine.synthetic.canvas import Canvas
from orthoscribe.engine.synthetic.noise import NoiseSource
from orthoscribe.engine.synthetic.spectra import Paint
from orthoscribe.engine.tiling.window import Window

RED = Paint(np.array([0.3, 0.2, 0.1], np.float32), 0.0, 0.0)
PLAIN = {
    "sun_azimuth_deg": 180.0, "sun_elevation_deg": 45.0, "sky_strength": 1.0, "haze": 0.0,
    "stray_nir": 0.0, "crosstalk": 0.0, "balance_nir": 1.0, "balance_green": 1.0, "exposure": 1.0,
    "gamma": 1.0, "blur_px": 0.1, "noise_dn": 0.0, "jpeg_quality": 100.0, "drought": 0.0,
    "bare_crowns": 0.0, "roughness": 0.06, "calm_m": 0.0, "height_gsd_m": 0.0,
    "pulses_m2": 10.0, "footprint_m": 0.0, "smear_m": 0.1, "swell_m": 0.0, "blobs_m": 0.0,
    "height_noise_m": 0.0,
}  # fmt: skip


class Level:
    """Ground at 100 m everywhere."""

    def over(self, window: Window, _gsd_m: float) -> np.ndarray:
        return np.full((window.height, window.width), 100, np.float32)

    def at(self, _x: float, _y: float) -> np.float32:
        return np.float32(100)


def plain_conditions(**changes: Any) -> Conditions:
    """Return conditions without noise, haze, flaws or bare trees, changed as asked."""
    return replace(conditions_of(1), **{**PLAIN, **changes})


def level_canvas(size_px: int = 100, gsd_m: float = 0.5, **conditions: Any) -> Canvas:
    """Return an empty square canvas on level ground."""
    window = Window(0, 0, size_px, size_px)
    return Canvas(NoiseSource(0), window, gsd_m, Level(), plain_conditions(**conditions))
