# SPDX-License-Identifier: GPL-2.0-or-later
"""Models on disk: what is written comes back, what is broken is refused in plain words."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest
import safetensors.torch
import torch
from orthoscribe.engine.architectures import build
from orthoscribe.engine.models import bundle as bundles
from orthoscribe.engine.models.bundle import load_bundle, load_network, save_bundle
from orthoscribe.engine.models.store import find_model
from orthoscribe.engine.protocol import (
    BUNDLED_MODELS,
    CATALOG,
    ISPRS,
    ModelCard,
    ModelError,
    Normalization,
    OutputError,
    card_to_json,
    models_in,
)

CARD = ModelCard(
    name="small",
    title="Small",
    summary="For tests.",
    architecture="maggiori_fcn",
    legend=ISPRS,
    roles=("nir", "red", "green", "height"),
    gsd_range_m=(0.05, 0.2),
    normalization=Normalization(),
    license="CC0-1.0",
    weights_sha256="",
)


@pytest.fixture
def saved(tmp_path):
    torch.manual_seed(2)
    network = build("maggiori_fcn", 4, 6)
    return save_bundle(tmp_path / "small", CARD, network), network


def rewrite(bundle, tensors):
    """Replace the weights and give the card their hash, as a careful forger would."""
    content = safetensors.torch.save(tensors)
    (bundle.folder / "weights.safetensors").write_bytes(content)
    card = replace(bundle.card, weights_sha256=hashlib.sha256(content).hexdigest())
    (bundle.folder / "model.json").write_text(card_to_json(card))
    return load_bundle(bundle.folder)


@pytest.mark.parametrize("row", CATALOG, ids=lambda row: row.name)
def test_network_comes_back_as_it_was_saved(tmp_path, row):
    options = {"width": "1/8"}
    network = build(row.name, 4, 6, options)
    edge = max(32, row.stride_px)
    network(torch.randn(2, 4, edge, edge))  # moves the batch norms
    card = replace(CARD, architecture=row.name, options=options)
    bundle = load_bundle(save_bundle(tmp_path / "model", card, network).folder)
    loaded, image = load_network(bundle), torch.randn(1, 4, edge, 2 * edge)
    assert not loaded.training
    with torch.no_grad():
        assert torch.equal(loaded(image), network.eval()(image))
    trained = {name for name, each in network.named_parameters() if each.requires_grad}
    assert trained == {name for name, each in loaded.named_parameters() if each.requires_grad}


def test_saved_card_carries_the_hash_of_the_weights(saved):
    bundle, _ = saved
    content = (bundle.folder / "weights.safetensors").read_bytes()
    assert load_bundle(bundle.folder).card == bundle.card
    assert bundle.card.weights_sha256 == hashlib.sha256(content).hexdigest()


def test_damaged_weights_are_refused(saved):
    bundle, _ = saved
    path = bundle.folder / "weights.safetensors"
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    with pytest.raises(ModelError, match="damaged or was replaced"):
        load_network(bundle)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda tensors: tensors.pop("score.bias"), "'score.bias' is missing"),
        (lambda tensors: tensors.update(evil=torch.zeros(1)), "'evil' is unexpected"),
        (lambda tensors: tensors.update({"score.bias": torch.zeros(5)}), r"\(5,\) instead of \(6,"),
        (
            lambda tensors: tensors.update({"score.bias": torch.zeros(6, dtype=torch.float16)}),
            "float16 instead of",
        ),
        (
            lambda tensors: tensors.update({"score.bias": torch.full((6,), torch.nan)}),
            "cannot be used: 'score.bias' contains NaN",
        ),
    ],
)
def test_tensors_of_another_network_are_refused(saved, change, problem):
    bundle, network = saved
    tensors = dict(network.state_dict())
    change(tensors)
    with pytest.raises(ModelError, match=problem):
        load_network(rewrite(bundle, tensors))


def test_weights_that_are_no_safetensors_are_refused(saved):
    bundle, _ = saved
    content = b"\x80\x04 not a pickle that anybody opens"
    (bundle.folder / "weights.safetensors").write_bytes(content)
    forged = replace(bundle.card, weights_sha256=hashlib.sha256(content).hexdigest())
    with pytest.raises(ModelError, match="cannot be read"):
        load_network(bundles.Bundle(bundle.folder, forged))


def test_missing_files_are_named(saved, tmp_path):
    bundle, _ = saved
    (bundle.folder / "weights.safetensors").unlink()
    with pytest.raises(ModelError, match=r"weights\.safetensors is missing"):
        load_network(bundle)
    with pytest.raises(ModelError, match=r"model\.json is missing"):
        load_bundle(tmp_path / "nowhere")


def test_oversized_files_are_not_read(saved, monkeypatch):
    bundle, _ = saved
    monkeypatch.setattr(bundles, "LARGEST_WEIGHTS_BYTES", 1000)
    with pytest.raises(ModelError, match="more than any model"):
        load_network(bundle)


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('"maggiori_fcn"', '"transformer_9000"', "does not support"),
        ('"options": {}', '"options": {"depth": "9"}', "no option 'depth'"),
        ('"license"', '"licence"', "license"),
        ('"schema": 1', '"schema": 2', "schema"),
        ("{", "[", "JSON"),
    ],
)
def test_cards_that_cannot_be_used_are_refused(saved, old, new, problem):
    path = saved[0].folder / "model.json"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    with pytest.raises(ModelError, match=problem):
        load_bundle(path.parent)


def test_network_that_is_not_the_cards_is_not_saved(tmp_path):
    with pytest.raises(ModelError, match="do not match"):
        save_bundle(tmp_path / "model", CARD, build("maggiori_skip", 4, 6))
    assert not (tmp_path / "model").exists()


def test_unwritable_folder_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="cannot be written"):
        save_bundle(tmp_path / "file" / "model", CARD, build("maggiori_fcn", 4, 6))


def test_models_are_found_by_name_path_and_card(saved, tmp_path, monkeypatch):
    folder = saved[0].folder
    monkeypatch.setenv("ORTHOSCRIBE_HOME", str(tmp_path / "home"))
    assert find_model(str(folder)) == folder
    assert find_model(str(folder / "model.json")) == folder
    own = save_bundle(tmp_path / "home" / "models" / "mine", CARD, saved[1]).folder
    assert find_model("mine") == own


@pytest.mark.parametrize("name", ["", "mime", "../mine", "nowhere/model.json"])
def test_unknown_models_are_refused_with_a_hint(saved, tmp_path, monkeypatch, name):
    monkeypatch.setenv("ORTHOSCRIBE_HOME", str(tmp_path / "home"))
    save_bundle(tmp_path / "home" / "models" / "mine", CARD, saved[1])
    with pytest.raises(ModelError, match="mine"):
        find_model(name)


@pytest.mark.parametrize("folder", models_in(BUNDLED_MODELS), ids=lambda folder: folder.name)
def test_bundled_models_load_and_are_named_like_their_folder(folder):
    bundle = load_bundle(folder)
    assert bundle.card.name == folder.name
    load_network(bundle)


def test_tensors_of_a_network_have_memory_of_their_own(saved):
    tensors = load_network(saved[0]).state_dict().values()
    assert len({each.untyped_storage().data_ptr() for each in tensors}) == len(tensors)
    first = next(iter(tensors))
    versions = [each._version for each in tensors]
    first.add_(1)
    assert [each._version for each in tensors][1:] == versions[1:]
