"""What lists say about the installed models."""

import shutil
from dataclasses import replace

import pytest
from orthoscribe.engine.protocol import (
    BUNDLED_MODELS,
    card_from_json,
    card_to_json,
    installed_cards,
    library_by_use,
    library_models,
    shadowed_models,
)


@pytest.fixture
def own(tmp_path, monkeypatch):
    """Return a function that adds a copy of the default model with changes to the library."""
    monkeypatch.setenv("ORTHOSCRIBE_HOME", str(tmp_path))

    def add(name, **changes):
        folder = tmp_path / "models" / name
        shutil.copytree(BUNDLED_MODELS / "default", folder)
        card = replace(installed_cards()["default"], **{"name": name, "provenance": {}, **changes})
        (folder / "model.json").write_text(card_to_json(card), encoding="utf-8")
        return folder

    return add


def by_name(name):
    return next(each for each in library_models() if each.name == name)


def test_models_are_listed_by_use_and_the_recommended_comes_first(own):
    own("a_town")
    assert [each.name for each in library_models()] == [
        "default",
        "accurate",
        "light",
        "a_town",
        "image_only",
    ]
    titles = [
        each.title for group in library_by_use().values() for each in group if each.is_bundled
    ]
    assert titles == [
        "Image and heights, recommended",
        "Image and heights, most accurate",
        "Image and heights, fast",
        "Image only, a sketch",
    ]
    assert list(library_by_use()) == ["Image and heights", "Image only"]


def test_use_states_inputs_and_resolution(own):
    own("fine", finest_image_m=0.0, coarsest_image_m=0.0, enlarged_to_m=0.0, gsd_range_m=(0.2, 0.2))
    assert by_name("default").use == "Image and heights, 0.1-0.6 m"
    assert by_name("fine").use == "Image and heights, 0.2 m"


def test_score_date_and_lineage_are_those_of_the_card(own):
    own(
        "mine",
        scores={"mean_f1": 0.876, "overall_accuracy": 0.95},
        provenance={"start": "default, sha256 00", "date": "2026-12-24"},
    )
    mine = by_name("mine")
    assert mine.score == "F1 0.88, OA 95%"
    assert (mine.date, mine.lineage) == ("2026-12-24", "from default")
    own("fresh", provenance={"start": "random weights"}, scores={})
    assert by_name("fresh").lineage == "trained from scratch"
    assert by_name("fresh").score == ""


def test_own_model_without_a_date_has_that_of_its_file(own):
    own("undated")
    assert by_name("undated").date.startswith("20")
    assert by_name("default").date == installed_cards()["default"].provenance["date"]


def test_own_model_of_a_bundled_name_is_reported(own):
    assert shadowed_models() == ()
    folder = own("light")
    assert shadowed_models() == (folder,)
    assert by_name("light").is_bundled


def test_hidden_folders_are_no_models(own):
    own(".import_x")
    assert ".import_x" not in installed_cards()


def test_bundled_cards_are_as_the_code_writes_them():
    for file in BUNDLED_MODELS.glob("*/model.json"):
        card = card_from_json(file.read_text(encoding="utf-8"))
        assert card.provenance["date"]
        assert not card.note
