# SPDX-License-Identifier: GPL-2.0-or-later
"""The footprint of a network is that of its maps and weights."""

from __future__ import annotations

import sys

import pytest
from orthoscribe.engine.bench.footprint import measure_alone

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads the account of Linux")


def test_footprint_is_that_of_the_largest_maps():
    small, large = (measure_alone("fcn_pool3", edge_px, "1/4") for edge_px in (128, 512))
    assert small < 16
    first_maps = 2 * 16 * 512 * 512 * 4 / (1 << 20)  # in and out of the second convolution
    assert first_maps <= large < 4 * first_maps
