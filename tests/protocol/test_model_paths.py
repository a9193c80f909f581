# SPDX-License-Identifier: GPL-2.0-or-later
"""Which folder a model's name means, for plugin and engine alike."""

from pathlib import Path

import pytest
from orthoscribe.engine.protocol import (
    BUNDLED_MODELS,
    model_folder,
    named_models,
    own_models_folder,
)
from orthoscribe.plugin.engine_client.environment import engine_home

BUNDLED = sorted(card.parent.name for card in BUNDLED_MODELS.glob("*/model.json"))


@pytest.fixture
def own(tmp_path, monkeypatch):
    """Return a function that adds a model to the user's home."""
    monkeypatch.setenv("ORTHOSCRIBE_HOME", str(tmp_path / "home"))

    def add(name, place=tmp_path / "home" / "models"):
        folder = place / name
        folder.mkdir(parents=True)
        (folder / "model.json").write_text("{}")
        return folder

    return add


def test_model_is_named_like_its_folder(own):
    folder = own("mine")
    assert model_folder("mine") == folder
    assert list(named_models()) == [*BUNDLED, "mine"]


@pytest.mark.skipif(not BUNDLED, reason="No model is bundled.")
def test_bundled_model_wins_over_one_of_the_same_name(own):
    own(BUNDLED[0])
    assert model_folder(BUNDLED[0]) == BUNDLED_MODELS / BUNDLED[0]


def test_model_is_found_by_its_path_and_that_of_its_card(own, tmp_path):
    folder = own("other", tmp_path)
    assert model_folder(str(folder)) == folder
    assert model_folder(str(folder / "model.json")) == folder
    assert "other" not in named_models()


@pytest.mark.parametrize("name", ["", "nobody", "../mine", "nowhere/model.json"])
def test_what_is_no_model_has_no_folder(own, name, tmp_path, monkeypatch):
    own("mine")
    (tmp_path / "model.json").write_text("{}")
    monkeypatch.chdir(tmp_path)
    assert model_folder(name) is None


@pytest.mark.parametrize("home", ["", "somewhere", "/opt/ortho"])
def test_models_lie_in_the_home_of_the_engine(monkeypatch, home):
    monkeypatch.setenv("ORTHOSCRIBE_HOME", home)
    assert own_models_folder() == engine_home() / "models"
    assert own_models_folder() == Path(home or Path.home() / ".orthoscribe").absolute() / "models"
