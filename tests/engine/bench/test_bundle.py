# SPDX-License-Identifier: GPL-2.0-or-later
"""Contenders for the bundle can be built, trained for a moment, and scored."""

from dataclasses import replace

import numpy as np
import pytest
from orthoscribe.engine.bench.bundle.contenders import CONTENDERS
from orthoscribe.engine.bench.bundle.trial import train_and_score
from orthoscribe.engine.models.bundle import load_bundle
from orthoscribe.engine.protocol import row_named
from orthoscribe.engine.protocol.catalog import WIDTH
from orthoscribe.engine.training.bundled.rows import ROWS
from orthoscribe.engine.training.view_pool import ViewPatches
from orthoscribe.engine.training.views import View


@pytest.mark.parametrize("contender", CONTENDERS, ids=lambda one: one.name)
def test_contender_has_options_of_its_architecture(contender):
    row = row_named(contender.architecture)
    known = {option.name: option for option in (*row.options, WIDTH)}
    for name, value in contender.options.items():
        assert value in known[name].values


def test_contenders_have_results_of_their_own():
    names = [one.file_name for one in CONTENDERS]
    assert len(set(names)) == len(names)
    assert "maggiori_mlp-width-1_2" in names


def test_contender_is_trained_for_a_moment_scored_and_saved(tmp_path):
    contender = next(one for one in CONTENDERS if one.cells and one.options)
    tiny = replace(contender, options={"width": "1/16"})
    model = replace(ROWS[0], held_out=((1, 0.5),), held_out_px=96)
    rng = np.random.default_rng(1)
    channels = rng.normal(size=(model.channels, 256, 256)).astype(np.float16)
    views = [ViewPatches(View(channels, rng.integers(0, 6, (256, 256), np.uint8)))]
    found = train_and_score(tiny, model, views, 0, tmp_path / "tiny")
    assert found["steps"] == 8
    assert 0 <= found["scores"]["overall_accuracy"] <= 1
    assert found["mpx_per_s"] > 0
    card = load_bundle(tmp_path / "tiny").card
    assert (card.architecture, card.options) == (tiny.architecture, tiny.options)
    assert card.scores == {}
    assert card.averaged_turns == 1
