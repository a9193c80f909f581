# SPDX-License-Identifier: GPL-2.0-or-later
"""Every stage of every recipe takes over from the one before what its paper says."""

from __future__ import annotations

from itertools import pairwise

import pytest
import torch
from orthoscribe.engine.architectures import build
from orthoscribe.engine.protocol import CATALOG, recipe_named
from orthoscribe.engine.training.trainer.plan import options_of
from orthoscribe.engine.training.trainer.weight_transfer import STAGED, TRANSFERS, transfer_weights

NARROW = {"width": "1/16"}


def steps_of(row):
    """Return the pairs of architectures between which weights pass in a row's own recipe."""
    stages = [s.architecture for s in recipe_named(row.recipe).stages_for(row.name)]
    stages += [row.name] if stages[-1] != row.name else []
    return list(pairwise(stages))


PAIRS = sorted({pair for row in CATALOG for pair in steps_of(row)})
NEW = {  # what a later stage has for itself, by the beginnings of its names
    "maggiori_skip": {"scores"},
    "maggiori_mlp": {"hidden", "score"},
    "maggiori_mlp_release128": {"hidden", "score"},
    "maggiori_unpool_max": {"decoder", "last", "score"},
    "maggiori_unpool_avg": {"decoder", "last", "score"},
    "cnn_rf": {"forest"},
    "cnn_rf_crf": {"forest"},
    "yk_context_basic": {"context"},
    "yk_context_large": {"context"},
    "yk_frontend_crfrnn": {"crf"},
    "yk_context_basic_crfrnn": {"crf"},
    "yk_context_large_crfrnn": {"crf"},
    "fcn_16s": {"head"},
    "fcn_8s_staged": {"head"},
}


@pytest.mark.parametrize(("source", "target"), PAIRS)
def test_stage_takes_over_all_but_what_is_new_in_it(source, target):
    torch.manual_seed(0)
    network = build(target, 4, 3, NARROW)
    trained = build(source, 4, 3, options_of(source, target, NARROW))
    names = transfer_weights(network, target, trained, source)
    trained_weights, own = trained.state_dict(), network.state_dict()
    for name, old in names.items():
        assert torch.equal(own[name], trained_weights[old])
    missing = {name.split(".")[0] for name in own if name not in names}
    assert missing == NEW.get(target, set())


def test_table_names_rows_of_the_catalog():
    rows = {row.name for row in CATALOG}
    assert all({transfer.source, *transfer.targets} <= rows for transfer in TRANSFERS)
    assert set(PAIRS) >= {
        (transfer.source, target) for transfer in TRANSFERS for target in transfer.targets
    }


@pytest.mark.parametrize(("source", "target"), STAGED)
def test_next_skip_of_an_fcn_starts_at_zero(source, target):
    trained, network = (build(name, 4, 3, NARROW) for name in (source, target))
    names = transfer_weights(network, target, trained, source)
    new = [n for n in network.state_dict() if n not in names and n.endswith("weight")]
    scores = [n for n in new if "scores" in n]
    assert scores
    assert all(not network.state_dict()[name].any() for name in scores)


def test_networks_at_half_resolution_keep_their_trunk():
    options = {**NARROW, "resolution": "half"}
    trained, network = (build(name, 4, 3, options) for name in ("maggiori_fcn", "maggiori_mlp"))
    names = transfer_weights(network, "maggiori_mlp", trained, "maggiori_fcn")
    assert {name.rsplit(".stages.")[0] for name in names} == {"network.trunk"}


def test_other_number_of_classes_makes_new_scores():
    trained, network = build("maggiori_fcn", 4, 6, NARROW), build("maggiori_fcn", 4, 3, NARROW)
    before = network.score.weight.clone()
    names = transfer_weights(network, "maggiori_fcn", trained, "maggiori_fcn")
    assert {name.split(".")[0] for name in names} == {"trunk"}
    assert torch.equal(network.score.weight, before)


def test_scores_of_an_fcn_on_top_of_something_trained_start_at_zero():
    trained, network = build("fcn_32s", 4, 6, NARROW), build("fcn_32s", 4, 3, NARROW)
    transfer_weights(network, "fcn_32s", trained, "fcn_32s")
    image = torch.randn(1, 4, 32, 32)
    assert not network.eval()(image).any()
