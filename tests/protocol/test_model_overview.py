from dataclasses import replace

from orthoscribe.engine.protocol import CATALOG, installed_cards, offered_by_paper


def test_every_row_is_offered_once_under_its_paper():
    offers = offered_by_paper({})
    assert list(offers) == list(dict.fromkeys(row.paper for row in CATALOG))
    assert [offer.row for each in offers.values() for offer in each] == list(CATALOG)
    assert all(offer.row.paper == paper for paper, each in offers.items() for offer in each)


def test_models_at_hand_are_named_with_their_architecture():
    default = installed_cards()["default"]
    offers = offered_by_paper({"default": default, "mine": replace(default, name="mine")})
    ready = {offer.row.name: offer for each in offers.values() for offer in each if offer.models}
    assert list(ready) == [default.architecture]
    assert ready[default.architecture].line.endswith("Ready: default, mine.")


def test_architecture_without_a_model_says_what_it_takes():
    offers = {offer.row.name: offer for each in offered_by_paper({}).values() for offer in each}
    for row in CATALOG:
        line = offers[row.name].line
        assert line.startswith(row.summary)
        assert "No model yet" in line
        assert row.pretrained in line


def test_broken_cards_are_left_out(tmp_path, monkeypatch):
    monkeypatch.setenv("ORTHOSCRIBE_HOME", str(tmp_path))
    (tmp_path / "models" / "broken").mkdir(parents=True)
    (tmp_path / "models" / "broken" / "model.json").write_text("{")
    assert "broken" not in installed_cards()
    assert "default" in installed_cards()
