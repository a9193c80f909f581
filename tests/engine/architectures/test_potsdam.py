# SPDX-License-Identifier: GPL-2.0-or-later
"""Half resolution, as the paper treats Potsdam: the same weights, twice the geometry."""

from __future__ import annotations

import pytest
import torch
from orthoscribe.engine.architectures import build, count_parameters, fold
from orthoscribe.engine.architectures.bilinear import BilinearUpsample
from orthoscribe.engine.architectures.maggiori.projected_mlp import ProjectedMlp
from orthoscribe.engine.protocol import row_named
from torch.nn import functional

NARROW_HALF = {"width": "1/16", "resolution": "half"}
NEEDS = {  # of an aligned tile, in pixels, and the halo
    "maggiori_fcn": (152, 160),
    "maggiori_skip": (152, 160),
    "maggiori_mlp": (152, 160),
    "maggiori_mlp_release128": (152, 160),
    "maggiori_unpool_max": (248, 256),
    "maggiori_unpool_avg": (248, 256),
}
every_row = pytest.mark.parametrize("name", NEEDS)


@pytest.fixture(autouse=True)
def seed():
    torch.manual_seed(3)


def seeing(name):
    network = build(name, 4, 2, NARROW_HALF).eval().requires_grad_(False)
    for parameter in network.parameters():
        parameter.abs_()
    return network


def reached(network, column, width):
    """Return the first and the last output column that a NaN in an input column reaches."""
    image = torch.ones(1, 4, 32, width)
    image[..., column] = torch.nan
    columns = network(image)[0].isnan().any(0).any(0).nonzero()
    return int(columns[0]), int(columns[-1])


@every_row
def test_stride_and_halo_are_doubled(name):
    full, half = (row_named(name).geometry({"resolution": way}) for way in ("full", "half"))
    assert half == (2 * full.stride_px, 2 * full.halo_px)
    assert half == (32, NEEDS[name][1])


@every_row
def test_halo_suffices_on_both_sides_of_a_tile(name):
    network, start = seeing(name), 384
    halo, width = NEEDS[name][1], 2 * 384 + 32
    assert reached(network, start - halo - 1, width)[1] < start
    assert reached(network, start + 32 + halo, width)[0] >= start + 32


@pytest.mark.parametrize("name", [name for name in NEEDS if name != "maggiori_unpool_max"])
def test_need_is_exact_to_the_pixel(name):
    network, need, start = seeing(name), NEEDS[name][0], 384
    width = 2 * start + 32
    touched = [
        reached(network, start - distance, width)[1] >= start
        or reached(network, start + 31 + distance, width)[0] < start + 32
        for distance in (need, need + 1)
    ]
    assert touched == [True, False]


@pytest.mark.parametrize(
    ("name", "left", "right"),
    [("maggiori_fcn", 168, 166), ("maggiori_skip", 182, 180), ("maggiori_mlp", 170, 168)],
)
def test_reach_over_all_phases_is_the_published_one(name, left, right):
    network, start = seeing(name), 384
    spans = [(at, *reached(network, at, 2 * start + 32)) for at in range(start, start + 32)]
    assert max(last - at for at, _, last in spans) == left
    assert max(at - first for at, first, _ in spans) == right


@every_row
def test_half_resolution_has_the_same_parameters(name):
    with torch.device("meta"):
        counts = {
            count_parameters(build(name, 4, 6, {"resolution": way})) for way in ("full", "half")
        }
    assert len(counts) == 1


def test_image_is_halved_and_scores_are_doubled_linearly():
    network = build("maggiori_skip", 4, 6, NARROW_HALF).eval()
    image = torch.randn(1, 4, 64, 96)
    small = functional.interpolate(image, scale_factor=0.5, mode="bilinear", align_corners=False)
    with torch.no_grad():
        expected = BilinearUpsample(2)(network.network(small))
        torch.testing.assert_close(network(image), expected, rtol=0, atol=1e-5)


@every_row
def test_folded_network_has_the_same_scores_in_any_core(name):
    network = build(name, 4, 5, NARROW_HALF).eval().requires_grad_(False)
    image = torch.randn(1, 4, 128, 160)
    expected, folded = network(image), fold(network)
    bound = 1e-5 * max(1.0, float(expected.abs().max()))
    assert (folded(image) - expected).abs().max() < bound
    for core in ((slice(0, 32), slice(128, 160)), (slice(33, 64), slice(16, 39))):
        assert (folded(image, core) - expected[(..., *core)]).abs().max() < bound


def test_folded_mlp_projects_before_it_enlarges_at_half_resolution_too():
    folded = fold(build("maggiori_mlp", 4, 5, NARROW_HALF))
    assert any(isinstance(module, ProjectedMlp) for module in folded.modules())
