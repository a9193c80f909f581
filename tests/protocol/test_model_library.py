"""Changes to the user's own models."""

import shutil

import pytest
from orthoscribe.engine.protocol import (
    BUNDLED_MODELS,
    ModelError,
    OutputError,
    delete_model,
    installed_cards,
    model_folder,
    note_model,
    rename_model,
)


@pytest.fixture
def library(tmp_path, monkeypatch):
    """Return a library with one model, `mine`."""
    monkeypatch.setenv("ORTHOSCRIBE_HOME", str(tmp_path))
    shutil.copytree(BUNDLED_MODELS / "light", tmp_path / "models" / "mine")
    return tmp_path / "models"


def test_renamed_model_has_its_name_as_title(library):
    assert rename_model("mine", "My town 2026") == library / "My town 2026"
    card = installed_cards()["My town 2026"]
    assert (card.name, card.title) == ("My town 2026", "My town 2026")
    assert model_folder("mine") is None
    assert (library / "My town 2026" / "weights.safetensors").is_file()


def test_case_of_a_name_can_be_changed(library):
    rename_model("mine", "Mine")
    assert [each.name for each in library.iterdir()] == ["Mine"]


def test_note_is_kept_and_removed(library):
    note_model("mine", " good for roofs \n")
    assert installed_cards()["mine"].note == "good for roofs"
    note_model("mine", "")
    assert installed_cards()["mine"].note == ""
    assert sorted(each.name for each in (library / "mine").iterdir()) == [
        "model.json",
        "weights.safetensors",
    ]


def test_deleted_model_is_gone_without_a_trace(library):
    delete_model("mine")
    assert list(library.iterdir()) == []


def test_deletion_of_a_link_keeps_what_it_points_to(library, tmp_path):
    (library / "mine").rename(tmp_path / "elsewhere")
    (library / "mine").symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    delete_model("mine")
    assert list(library.iterdir()) == []
    assert (tmp_path / "elsewhere" / "model.json").is_file()


@pytest.mark.parametrize(
    "change",
    [delete_model, lambda name: rename_model(name, "x"), lambda name: note_model(name, "x")],
)
def test_bundled_and_missing_models_are_not_changed(library, change):
    before = (BUNDLED_MODELS / "default" / "model.json").read_bytes()
    with pytest.raises(ModelError, match="belongs to Orthoscribe"):
        change("default")
    with pytest.raises(ModelError, match=r"There is no model 'nobody'.*mine"):
        change("nobody")
    assert (BUNDLED_MODELS / "default" / "model.json").read_bytes() == before


def test_model_that_cannot_be_written_is_explained(library, monkeypatch):
    (library / "mine" / ".model.json.part").mkdir()  # in the way of the new card
    with pytest.raises(OutputError, match="cannot be changed"):
        note_model("mine", "x")
