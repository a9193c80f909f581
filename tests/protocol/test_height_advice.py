"""Which models are named where there are no heights."""

from dataclasses import replace

import pytest
from orthoscribe.engine.protocol import (
    card_to_json,
    height_advice,
    heightless_choice,
    installed_cards,
)


@pytest.fixture
def bundle(tmp_path, monkeypatch):
    """Return a function that bundles a model with the roles of its channels."""
    monkeypatch.setattr(height_advice, "BUNDLED_MODELS", tmp_path)
    card = installed_cards()["image_only"]

    def add(name, roles):
        (tmp_path / name).mkdir()
        text = card_to_json(replace(card, name=name, title=name.title(), roles=roles))
        (tmp_path / name / "model.json").write_text(text, encoding="utf-8")

    return add


def test_bundled_models_that_need_no_heights_are_named():
    expected = "a model that needs none, such as 'Image only, a sketch' (image_only)"
    assert heightless_choice() == expected


def test_models_are_told_by_their_cards(bundle):
    bundle("flat", ("nir", "red", "green"))
    bundle("high", ("nir", "red", "green", "height"))
    bundle("plain", ("nir", "red", "green"))
    expected = "a model that needs none, such as 'Flat' (flat) or 'Plain' (plain)"
    assert heightless_choice() == expected


def test_no_model_is_named_where_none_serves(bundle):
    bundle("high", ("nir", "red", "green", "height"))
    assert heightless_choice() == "a model that needs none"
