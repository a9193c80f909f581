"""Settings, log, metadata, models and errors: the small parts that everybody uses."""

import pytest
from orthoscribe.engine.protocol import installed_cards
from orthoscribe.plugin import errors, log, models, settings
from orthoscribe.plugin.compat import is_null
from orthoscribe.plugin.metadata import read_metadata
from orthoscribe.plugin.protocol import (
    ISPRS,
    Canceled,
    Failed,
    Finished,
    InputError,
    ModelError,
    Outcome,
)
from qgis.core import NULL, QgsApplication, QgsSettings


@pytest.fixture
def setting():
    one = settings.Setting("tests/threads", 4)
    yield one
    QgsSettings().remove("orthoscribe/tests")


def test_setting_has_its_default_until_it_is_written(setting):
    assert setting.read() == 4
    setting.write(2)
    assert setting.read() == 2


def test_setting_of_another_type_falls_back_to_the_default(setting):
    QgsSettings().setValue("orthoscribe/tests/threads", "many")
    assert setting.read() == 4


def test_setting_refuses_another_type(setting):
    with pytest.raises(TypeError, match="must be int"):
        setting.write("many")


def test_log_reaches_panel_and_file(tmp_path):
    heard = []
    panel = QgsApplication.messageLog()
    panel.messageReceived.connect(lambda *message: heard.append(message[:2]))
    log.start_log(tmp_path / "logs")
    log.LOGGER.warning("The sky is %s.", "blue")
    log.stop_log()
    assert ("The sky is blue.", "Orthoscribe") in heard
    assert "WARNING The sky is blue." in (tmp_path / "logs" / "plugin.log").read_text()


def test_log_does_without_a_file(tmp_path):
    (tmp_path / "logs").write_text("a file where a folder should be")
    log.start_log(tmp_path / "logs")
    log.LOGGER.info("still here")
    log.stop_log()
    assert log.LOGGER.handlers == []


def test_metadata_is_the_file():
    ours = read_metadata()
    assert ours.name == "Orthoscribe"
    assert ours.version.count(".") == 2


def test_null_is_null_however_it_is_spelled():
    assert is_null(None)
    assert is_null(NULL)
    assert not is_null(0)
    assert not is_null("")


def test_card_is_read_from_a_folder(model_folder):
    assert models.read_card(str(model_folder)).name == "tiny"


def test_model_of_the_home_is_known_by_name(model_folder, tmp_path, monkeypatch):
    monkeypatch.setenv("ORTHOSCRIBE_HOME", str(tmp_path / "home"))
    home = tmp_path / "home" / "models"
    home.mkdir(parents=True)
    model_folder.rename(home / "tiny")
    assert models.read_card("tiny").name == "tiny"
    assert "tiny" in installed_cards()
    assert models.model_reference("tiny") == "tiny"


def test_copied_model_is_listed_by_its_folder_and_found(model_folder, tmp_path, monkeypatch):
    monkeypatch.setenv("ORTHOSCRIBE_HOME", str(tmp_path / "home"))
    home = tmp_path / "home" / "models"
    home.mkdir(parents=True)
    for name in ("tiny", "tiny copy"):
        (home / name).mkdir()
        (home / name / "model.json").write_bytes((model_folder / "model.json").read_bytes())
    listed = installed_cards()
    assert {"tiny", "tiny copy"} <= set(listed)
    assert all(models.read_card(name) for name in listed)


def test_broken_card_is_refused_but_does_not_hide_the_others(model_folder, tmp_path, monkeypatch):
    monkeypatch.setenv("ORTHOSCRIBE_HOME", str(tmp_path / "home"))
    home = tmp_path / "home" / "models"
    home.mkdir(parents=True)
    model_folder.rename(home / "tiny")
    (home / "broken").mkdir()
    (home / "broken" / "model.json").write_text("{")
    with pytest.raises(ModelError):
        models.read_card("broken")
    assert "tiny" in installed_cards()


def test_legend_is_the_isprs_one_without_a_card(tmp_path):
    assert models.legend_of(str(tmp_path)) == ISPRS
    for text in ("[" * 100_000, '{"gsd_range_m": [' + "9" * 400 + "]}", '{"schema": NaN}'):
        (tmp_path / "model.json").write_text(text)
        assert models.legend_of(str(tmp_path)) == ISPRS


@pytest.mark.parametrize(
    ("end", "sentence"),
    [
        (Finished(1.0), ""),
        (Canceled(), errors.CANCELED),
        (Failed("input", "The DSM is empty."), "The DSM is empty."),
    ],
)
def test_every_ending_has_its_sentence(end, sentence):
    assert errors.outcome_text(Outcome(end)) == sentence


def test_bug_is_told_apart_from_what_the_user_can_mend():
    assert errors.error_text(InputError("No image.")) == "No image."
    assert "bug" in errors.error_text(ValueError("x"))
