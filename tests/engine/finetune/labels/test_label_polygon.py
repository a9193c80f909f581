# SPDX-License-Identifier: GPL-2.0-or-later
"""A label polygon fits its mask and window."""

from __future__ import annotations

import numpy as np
import pytest
from orthoscribe.engine.finetune.labels.label_polygon import LabelPolygon
from orthoscribe.engine.tiling.window import Window


def polygon(mask, window=None):
    window = window or Window(3, 4, *mask.shape)
    return LabelPolygon(0, 1, 2, window, mask, (0.0, 0.0), 1.0)


def test_label_polygon_counts_its_pixels():
    assert polygon(np.array([[True, False], [True, True]])).pixels == 3


@pytest.mark.parametrize(
    ("mask", "window"),
    [
        (np.ones((2, 2), bool), Window(0, 0, 2, 3)),
        (np.zeros((2, 2), bool), None),
        (np.ones((2, 2), np.uint8), None),
    ],
)
def test_label_polygon_refuses_illegal_masks(mask, window):
    with pytest.raises(ValueError, match="mask"):
        polygon(mask, window)
