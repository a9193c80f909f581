# SPDX-License-Identifier: GPL-2.0-or-later
"""Balance of near infrared: one gain per scene that puts greenness on a common scale.

Cameras and providers weight near infrared so differently that a crown of one image has the NDVI of
a roof of another, while within each image plants are far greener than the rest. The gain puts the
border between the two at the same ratio of near infrared to red in all scenes. It is found without
labels and heights: the border of the logarithms of the ratio with the largest variance between both
sides (N. Otsu, A Threshold Selection Method from Gray-Level Histograms, IEEE Transactions on
Systems, Man, and Cybernetics 9(1), 1979), then the middle between the means of both sides.
"""

from __future__ import annotations

from math import exp, log

import numpy as np

MIDDLE_RATIO = 1.3  # NIR / red between plants and the rest after balancing: an NDVI of 0.13
LEAST_CONTRAST = 0.2  # difference of the logarithms' means below which there is only one kind
LARGEST_GAIN = 4.0
SAMPLED_PX = 1 << 18


def nir_gain(nir: np.ndarray, red: np.ndarray) -> float:
    """Return the gain of near infrared that balances a scene.

    It is 1 where nothing differs in greenness, for example on water only. Multiplying `nir` by a
    constant divides the gain by it, up to the limits 1 / `LARGEST_GAIN` and `LARGEST_GAIN`.

    Args:
        nir: raw values of near infrared, (n,) float32; pixels of 0 or less are ignored.
        red: raw values of red, (n,) float32.
    """
    is_lit = (nir > 0) & (red > 0)
    nir, red = nir[is_lit], red[is_lit]
    step = max(1, nir.size // SAMPLED_PX)
    ratios = np.log(nir[::step]) - np.log(red[::step])
    if ratios.size < 2:
        return 1.0
    low, high = _means_of_sides(ratios)
    if high - low < LEAST_CONTRAST:
        return 1.0
    limit = log(LARGEST_GAIN)
    return exp(min(max(log(MIDDLE_RATIO) - (low + high) / 2, -limit), limit))


def middle_of_sides(values: np.ndarray) -> float:
    """Return the middle between the means of both sides of Otsu's border.

    Args:
        values: (n,) float32, at least two.
    """
    low, high = _means_of_sides(values)
    return (low + high) / 2


def _means_of_sides(values: np.ndarray) -> tuple[float, float]:
    """Return the means below and above the border with the largest variance between both sides.

    Args:
        values: (n,) float32, at least two.
    """
    ordered = np.sort(values).astype(np.float64)
    below = np.cumsum(ordered)[:-1]
    counts = np.arange(1, ordered.size)
    low = below / counts
    high = (ordered.sum() - below) / (ordered.size - counts)
    border = int((counts * (ordered.size - counts) * (high - low) ** 2).argmax())
    return float(low[border]), float(high[border])
