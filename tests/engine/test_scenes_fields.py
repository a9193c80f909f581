# SPDX-License-Identifier: GPL-2.0-or-later
import numpy as np
import pytest
from orthoscribe.engine.scenes.canvas import Canvas
from orthoscribe.engine.scenes.codes import IMPERVIOUS, LOW_VEGETATION, TREE
from orthoscribe.engine.scenes.layouts import COUNTRY
from orthoscribe.engine.scenes.noise import NoiseSource
from orthoscribe.engine.scenes.spectra import ASPHALT
from orthoscribe.engine.scenes.streets import block_of, plan_streets
from orthoscribe.engine.scenes.zones.fields import furnish_field
from orthoscribe.engine.tiling.window import Window
from orthoscribe.tests.canvases import Level, plain_conditions

SEEDS = range(12)


def field_of(seed):
    """Return a canvas with a field of the country on it, and the pixels of its block."""
    plan = plan_streets(np.random.default_rng(seed), 200.0, 200.0, COUNTRY)
    row, column = (len(lines.positions) // 2 for lines in (plan.streets, plan.side_streets))
    block = block_of(plan, row, column)
    middle = plan.place(*block.center)
    window = Window(round(middle.y) - 200, round(middle.x) - 200, 400, 400)
    canvas = Canvas(NoiseSource(seed), window, 1.0, Level(), plain_conditions())
    paint = ASPHALT.mix(np.random.default_rng(seed))
    canvas.color(canvas.whole(), np.ones(canvas.shape, bool), IMPERVIOUS, paint)
    furnish_field(np.random.default_rng(seed), canvas, plan, block)
    u, v = plan.to_plan(*canvas.axes())
    inside = (u > block.low_u) & (u < block.high_u) & (v > block.low_v) & (v < block.high_v)
    return canvas, inside


@pytest.mark.parametrize("seed", SEEDS)
def test_a_field_covers_its_bent_block_up_to_the_edge(seed):
    canvas, inside = field_of(seed)
    labels = canvas.labels[inside]
    assert np.isin(labels, (LOW_VEGETATION, TREE)).all()
    assert (labels == LOW_VEGETATION).mean() > 0.6


def test_fields_are_bare_as_often_as_green():
    greenness = []
    for seed in SEEDS:
        canvas, inside = field_of(seed)
        nir, red = canvas.reflectance[:2, inside & (canvas.labels == LOW_VEGETATION)]
        greenness.append((nir - red) / (nir + red))
    bare = np.mean([(field < 0.2).mean() for field in greenness])
    assert 0.2 < bare < 0.8
