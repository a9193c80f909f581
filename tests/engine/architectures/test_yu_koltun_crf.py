# SPDX-License-Identifier: GPL-2.0-or-later
"""The dilated networks with a CRF behind them: parameters, what is refined, tiles."""

from __future__ import annotations

import pytest
import torch
from orthoscribe.engine.architectures import build, count_parameters, training_heads
from orthoscribe.engine.architectures.crf import PRESETS, CrfRnn, DenseCrf, LocalCrf
from orthoscribe.engine.protocol import CATALOG, row_named
from orthoscribe.engine.tiling.grid import padded_size

COUNTS = [
    ("yk_frontend_crf", 3, 21, 134_346_581),
    ("yk_frontend_crf", 4, 5, 134_281_605),
    ("yk_context_basic_crf", 3, 21, 134_374_973),
    ("yk_context_basic_crf", 4, 5, 134_283_245),
    ("yk_context_large_crf", 3, 21, 141_149_720),
    ("yk_context_large_crf", 4, 5, 134_667_640),
    ("yk_frontend_crfrnn", 3, 21, 134_347_904),
    ("yk_frontend_crfrnn", 4, 5, 134_281_680),
    ("yk_context_basic_crfrnn", 3, 21, 134_376_296),
    ("yk_context_basic_crfrnn", 4, 5, 134_283_320),
    ("yk_context_large_crfrnn", 3, 21, 141_151_043),
    ("yk_context_large_crfrnn", 4, 5, 134_667_715),
]
LOCAL = {"crf": "local"}
NEEDS = {"yk_frontend": 194, "yk_context_basic": 458, "yk_context_large": 458}
NETWORKS = list(NEEDS)


@pytest.fixture(autouse=True)
def seed():
    torch.manual_seed(3)


def narrow(name, **options):
    return build(name, 4, 3, {"width": "1/16", **options}).eval().requires_grad_(False)


@pytest.mark.parametrize(("name", "bands", "classes", "expected"), COUNTS)
def test_parameters_are_those_of_the_paper(name, bands, classes, expected):
    with torch.device("meta"):
        assert count_parameters(build(name, bands, classes)) == expected


@pytest.mark.parametrize(("classes", "expected"), [(21, 1323), (5, 75), (6, 108)])
def test_trained_crf_adds_three_matrices(classes, expected):
    with torch.device("meta"):
        alone = count_parameters(build("yk_context_basic", 4, classes))
        refined = count_parameters(build("yk_context_basic_crfrnn", 4, classes))
    assert refined - alone == expected


@pytest.mark.parametrize("name", NETWORKS)
def test_rows_say_which_crf_they_have(name):
    assert isinstance(narrow(f"{name}_crf").crf, DenseCrf)
    assert isinstance(narrow(f"{name}_crf", **LOCAL).crf, LocalCrf)
    assert isinstance(narrow(f"{name}_crfrnn").crf, CrfRnn)
    with_crf = [row for row in CATALOG if row.name.startswith(f"{name}_crf")]
    assert [row.halo_px for row in with_crf] == [None, None]


def test_every_published_setting_of_the_dense_crf_can_be_chosen():
    option = next(o for o in row_named("yk_frontend_crf").options if o.name == "crf_settings")
    assert option.values == tuple(PRESETS)
    for value in option.values:
        assert narrow("yk_frontend_crf", crf_settings=value).crf.settings == PRESETS[value]


@pytest.mark.parametrize("name", NETWORKS)
def test_crf_refines_the_scores_of_the_network_before_it(name):
    network, image = narrow(f"{name}_crf"), torch.randn(1, 4, 16, 24)
    assert torch.equal(network(image), network.crf(network.unary(image), image))


def test_dense_crf_is_left_out_in_training():
    network, image = narrow("yk_frontend_crf").train(), torch.randn(1, 4, 16, 24)
    torch.manual_seed(9)
    (head,) = training_heads(network, image)
    torch.manual_seed(9)
    assert torch.equal(head.scores, network.unary(image))  # the same dropout


def test_trained_crf_without_weights_changes_nothing():
    network, image = narrow("yk_frontend_crfrnn"), torch.randn(1, 4, 16, 24)
    for weights in network.crf.parameters():
        weights.zero_()
    assert torch.equal(network(image), network.unary(image))


@pytest.mark.parametrize("name", NETWORKS)
def test_local_crf_makes_the_network_tileable(name):
    row = row_named(f"{name}_crf")
    reach_px = narrow(row.name, **LOCAL).crf.reach_px
    assert row.geometry(LOCAL).halo_px == padded_size(NEEDS[name] + reach_px, row.stride_px)


def test_local_crf_keeps_the_depth_of_the_context_in_its_halo():
    row = row_named("yk_context_large_crf")
    assert row.geometry({**LOCAL, "context_depth": "10"}).halo_px == 1226 + 15 + 7


@pytest.mark.parametrize("name", ["yk_frontend_crf", "yk_context_basic_crf"])
def test_tile_with_a_local_crf_equals_the_whole_image(name):
    network = narrow(name, **LOCAL).double()
    halo = row_named(name).geometry(LOCAL).halo_px
    image = torch.randn(1, 4, 16, 2 * halo + 64, dtype=torch.float64)
    whole = network(image)
    tile = network(image[..., 16 : 16 + 2 * halo + 32])[..., halo : halo + 32]
    torch.testing.assert_close(tile, whole[..., 16 + halo : 48 + halo], rtol=0, atol=1e-9)
