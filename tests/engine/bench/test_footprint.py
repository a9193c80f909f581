# SPDX-License-Identifier: GPL-2.0-or-later
"""Estimated memory is that of the tensors on a heap, and that of a process that labels."""

from __future__ import annotations

import sys

import pytest
import torch
from orthoscribe.engine.bench.footprint import computed_footprints_mb
from orthoscribe.engine.bench.memory import memory_of
from orthoscribe.engine.bench.tensor_memory import TensorMemory
from orthoscribe.engine.labeling.footprints import EDGES_PX, FOOTPRINTS_MB, footprint_mb
from orthoscribe.engine.protocol import CATALOG
from orthoscribe.tests.label_runs import label_job, write_label_scene
from orthoscribe.tests.random_models import save_random_model

ROLES = ("nir", "red", "green", "height")
TOLERATED = 1.3


def test_every_architecture_has_a_footprint():
    assert list(FOOTPRINTS_MB) == [row.name for row in CATALOG]
    assert all(mb == tuple(sorted(mb)) for mb in FOOTPRINTS_MB.values())


@pytest.mark.parametrize("name", ["maggiori_skip", "fcn_alexnet", "resnet50_32x"])
def test_footprints_of_the_table_are_those_of_the_networks(name):
    assert computed_footprints_mb(name) == pytest.approx(FOOTPRINTS_MB[name], abs=1)


def test_footprints_are_interpolated_by_the_number_of_pixels():
    small, middle, large = FOOTPRINTS_MB["frrn_a"]
    assert footprint_mb("frrn_a", EDGES_PX[1] ** 2) == middle
    assert footprint_mb("frrn_a", (256**2 + 512**2) / 2) == pytest.approx((small + middle) / 2)
    assert footprint_mb("frrn_a", 2048**2) == pytest.approx(4 * large, rel=0.01)
    assert 0 <= footprint_mb("frrn_a", 64**2) < small


def test_tensors_count_from_their_birth_to_their_end_and_only_once():
    weights = torch.ones(1 << 20)
    with TensorMemory([weights]) as used:
        first = weights.view(2, -1) + 0.5
        second = first.t() * 2
        del first, second
        third = torch.zeros(1 << 18)
    assert used.peak_mb == pytest.approx(8, rel=1e-3)
    used.heap.trim()
    assert used.heap.held_bytes == pytest.approx(third.nbytes, rel=1e-3)


@pytest.mark.skipif(sys.platform != "linux", reason="reads the account of Linux")
def test_estimate_is_that_of_a_process(tmp_path):
    scene = write_label_scene(tmp_path / "scene", 400)
    model = save_random_model(tmp_path / "model", "fcn_pool3", ROLES, (0.1, 0.2))
    wishes = {"model": model, "tile_size_px": 400, "draw_polygons": False}
    used = memory_of(label_job(scene, tmp_path / "out", **wishes))
    assert 1 / TOLERATED < used.ratio < TOLERATED, used
