import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from orthoscribe.engine.cli import models
from orthoscribe.engine.cli.parser import CHANGES
from orthoscribe.engine.protocol import BUNDLED_MODELS, installed_cards

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def engine(tmp_path):
    """Return a function that runs `models` with a library that has one model, `mine`."""
    shutil.copytree(BUNDLED_MODELS / "light", tmp_path / "home" / "models" / "mine")

    def run(*arguments):
        return subprocess.run(
            [sys.executable, "-m", "engine", "models", *map(str, arguments)],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(ROOT), "ORTHOSCRIBE_HOME": str(tmp_path / "home")},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    return run


def names(engine):
    return [record["name"] for record in json.loads(engine("--json").stdout)]


def test_every_change_of_the_parser_is_done():
    assert list(CHANGES) == list(models.CHANGES)


def test_models_are_listed_by_use_with_scores(engine):
    done = engine()
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0] == "Image and heights"
    assert lines[1].split(maxsplit=1) == ["default", "Image and heights, recommended"]
    assert f"F1 {installed_cards()['default'].scores['mean_f1']:.2f}" in lines[2]
    assert names(engine) == ["default", "accurate", "light", "mine", "image_only"]


def test_draft_is_listed_as_one(engine, tmp_path):
    card = tmp_path / "home" / "models" / "mine" / "model.json"
    values = json.loads(card.read_text(encoding="utf-8"))
    card.write_text(json.dumps({**values, "verdict": "red"}), encoding="utf-8")
    assert engine().stdout.count("draft, worse than the model it started from") == 1
    verdicts = {each["name"]: each["verdict"] for each in json.loads(engine("--json").stdout)}
    assert verdicts == {"default": "", "accurate": "", "light": "", "mine": "red", "image_only": ""}


def test_own_model_is_renamed_noted_and_deleted(engine):
    assert engine("rename", "mine", "My town").returncode == 0
    assert engine("note", "My town", "good roofs").returncode == 0
    (record,) = [each for each in json.loads(engine("--json").stdout) if not each["is_bundled"]]
    assert (record["name"], record["title"], record["note"]) == ("My town", "My town", "good roofs")
    assert "good roofs" in engine().stdout
    assert engine("delete", "My town").returncode == 0
    assert "My town" not in names(engine)


def test_model_travels_as_a_zip(engine, tmp_path):
    assert engine("export", "mine", "out.zip").returncode == 0
    assert (tmp_path / "out.zip").is_file()
    assert engine("import", "out.zip", "--name", "theirs").returncode == 0
    assert "theirs" in names(engine)


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("delete", "default"), "belongs to Orthoscribe"),
        (("rename", "mine", "../x"), "cannot be the name"),
        (("import", "nowhere.zip"), "does not exist"),
        (("export", "nobody", "x.zip"), "There is no model 'nobody'"),
    ],
)
def test_refused_change_is_one_sentence(engine, arguments, reason):
    done = engine(*arguments)
    assert done.returncode == 1
    assert reason in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_hidden_model_is_reported(engine, tmp_path):
    (tmp_path / "home" / "models" / "mine").rename(tmp_path / "home" / "models" / "light")
    assert "a bundled model has its name" in engine().stderr
