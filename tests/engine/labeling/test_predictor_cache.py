# SPDX-License-Identifier: GPL-2.0-or-later
"""The predictor cache: loads a model once, and never gives stale weights."""

import gc
import os
import weakref

import pytest
import torch
from orthoscribe.engine.labeling.predictor_cache import predictor_of
from orthoscribe.engine.models.bundle import (
    WEIGHTS_NAME,
    load_bundle,
    load_network,
    save_bundle,
)
from orthoscribe.engine.protocol import ModelError
from orthoscribe.tests.random_models import save_random_model

CPU = torch.device("cpu")
ROLES = ("nir", "red", "green", "height")


@pytest.fixture
def bundle(tmp_path):
    return load_bundle(make(tmp_path / "model"))


def make(folder, factor=1.0):
    """Save a model whose weights are those of the random model times a factor."""
    save_random_model(folder, "maggiori_fcn", ROLES, (0.1, 0.2))
    bundle = load_bundle(folder)
    network = load_network(bundle)
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.mul_(factor)
    save_bundle(folder, bundle.card, network)
    return folder


def test_same_model_is_loaded_once(bundle):
    assert predictor_of(bundle, CPU) is predictor_of(load_bundle(bundle.folder), CPU)


def test_other_settings_have_a_predictor_of_their_own(bundle):
    first = predictor_of(bundle, CPU)
    other = predictor_of(bundle, CPU, halo_px=16)
    assert other.halo_px == 16
    assert predictor_of(bundle, CPU).halo_px == first.halo_px != 16


def test_replaced_weights_are_loaded(bundle):
    first = predictor_of(bundle, CPU)
    make(bundle.folder, factor=2.0)
    second = predictor_of(load_bundle(bundle.folder), CPU)
    pairs = zip(first.network.parameters(), second.network.parameters(), strict=True)
    assert any(not torch.equal(one, other) for one, other in pairs)


def test_damaged_and_missing_weights_are_refused_although_they_were_cached(bundle):
    predictor_of(bundle, CPU)
    weights = bundle.folder / WEIGHTS_NAME
    content, stat = weights.read_bytes(), weights.stat()
    weights.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    os.utime(weights, ns=(stat.st_atime_ns, stat.st_mtime_ns + 1))
    with pytest.raises(ModelError, match="do not match the hash"):
        predictor_of(bundle, CPU)
    weights.unlink()
    with pytest.raises(ModelError, match="missing"):
        predictor_of(bundle, CPU)


def test_former_model_is_released_before_another_is_loaded(bundle, tmp_path):
    former = weakref.ref(predictor_of(bundle, CPU).network)
    other = load_bundle(make(tmp_path / "other", factor=2.0))
    predictor_of(other, CPU)
    gc.collect()
    assert former() is None
