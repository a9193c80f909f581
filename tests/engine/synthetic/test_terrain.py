# SPDX-License-Identifier: GPL-2.0-or-later
import numpy as np
from orthoscribe.engine.synthetic.noise import NoiseSource
from orthoscribe.engine.synthetic.terrain import Terrain
from orthoscribe.engine.tiling.window import Window


def test_place_is_as_high_as_the_pixel_there():
    terrain = Terrain(NoiseSource(1))
    heights = terrain.over(Window(-20, 700, 60, 30), gsd_m=0.5)
    for row, column in ((0, 0), (31, 12), (59, 29)):
        x, y = (700 + column + 0.5) * 0.5, (-20 + row + 0.5) * 0.5
        assert terrain.at(x, y) == heights[row, column]


def test_heights_do_not_depend_on_the_pixel():
    terrain = Terrain(NoiseSource(2))
    coarse, fine = (terrain.over(Window(0, 0, 300, 300), gsd_m) for gsd_m in (1.0, 0.2))
    np.testing.assert_allclose(coarse[:60, :60], fine[2::5, 2::5], atol=1e-3)


def test_ground_is_gentle_however_large_the_scene():
    for seed in range(5):
        heights = Terrain(NoiseSource(seed)).over(Window(0, 0, 800, 900), gsd_m=20.0)
        assert -200 < heights.min() < heights.max() < 600
        near = Terrain(NoiseSource(seed)).over(Window(50, 50, 300, 300), gsd_m=1.0)
        assert np.abs(np.diff(near, axis=0)).max() < 0.2
