"""Names of new models in the library."""

import shutil

import pytest
from orthoscribe.engine.protocol import (
    BUNDLED_MODELS,
    ModelError,
    free_name,
    name_problem,
    new_model_folder,
    rename_model,
)


@pytest.fixture
def library(tmp_path, monkeypatch):
    """Return a library with one model, `mine`."""
    monkeypatch.setenv("ORTHOSCRIBE_HOME", str(tmp_path))
    shutil.copytree(BUNDLED_MODELS / "light", tmp_path / "models" / "mine")
    return tmp_path / "models"


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("", "letters"),
        ("../x", "letters"),
        ("a/b", "letters"),
        ("a\\b", "letters"),
        (".hidden", "letters"),
        ("end.", "letters"),
        ("a,b", "letters"),
        ("x" * 65, "64"),
        ("con", "Windows"),
        ("COM1.old", "Windows"),
        ("maggiori_mlp", "architecture"),
        ("Default", "already"),
        ("MINE", "already"),
    ],
)
def test_names_that_cannot_be_used_are_refused(library, name, reason):
    assert reason in name_problem(name)
    with pytest.raises(ModelError, match=reason):
        new_model_folder(name)
    if name != "MINE":
        with pytest.raises(ModelError, match=reason):
            rename_model("mine", name)


def test_free_name_is_numbered(library):
    assert free_name("new") == "new"
    assert free_name("mine") == "mine_2"
    assert new_model_folder("Forêt 2") == library / "Forêt 2"


def test_unfinished_training_is_not_in_the_way_of_itself_but_of_others(library):
    (library / "town").mkdir()
    assert name_problem("town") == ""  # the training continues
    assert free_name("town") == "town_2"
    with pytest.raises(ModelError, match="unfinished training"):
        rename_model("mine", "town")
