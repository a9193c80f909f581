"""Export and import of models as one zip; what is wrong with a zip leaves nothing behind."""

import hashlib
import json
import pickle
import shutil
import stat
import struct
import zipfile

import pytest
from orthoscribe.engine.protocol import (
    BUNDLED_MODELS,
    ModelError,
    OutputError,
    export_model,
    import_model,
    installed_cards,
)

CARD, WEIGHTS = "model.json", "weights.safetensors"
LIGHT = BUNDLED_MODELS / "light"


@pytest.fixture
def library(tmp_path, monkeypatch):
    """Return the folder of an empty library."""
    monkeypatch.setenv("ORTHOSCRIBE_HOME", str(tmp_path / "home"))
    return tmp_path / "home" / "models"


@pytest.fixture
def archive(tmp_path):
    """Return a function that writes a zip with a model, with changes to its files."""

    def write(weights=None, card=None, more=(), leave_out=(), folder="town/"):
        weights = (LIGHT / WEIGHTS).read_bytes() if weights is None else weights
        values = {**json.loads((LIGHT / CARD).read_text()), "name": "town", **(card or {})}
        values["weights_sha256"] = (card or {}).get(
            "weights_sha256", hashlib.sha256(weights).hexdigest()
        )
        files = {folder + CARD: json.dumps(values), folder + WEIGHTS: weights}
        path = tmp_path / "model.zip"
        with zipfile.ZipFile(path, "w") as opened:
            for name, content in [*files.items(), *more]:
                if name not in leave_out:
                    opened.writestr(name, content)
        return path

    return write


def safetensors(values=(1.0, 2.0), **changes):
    data = struct.pack(f"<{len(values)}f", *values)
    tensor = {"dtype": "F32", "shape": [len(values)], "data_offsets": [0, len(data)], **changes}
    header = json.dumps({"x": tensor}).encode()
    return struct.pack("<Q", len(header)) + header + data


def test_exported_model_comes_back_the_same(library, tmp_path):
    export_model("light", tmp_path / "out.zip")
    folder = import_model(tmp_path / "out.zip", "mine")
    assert folder == library / "mine"
    assert (folder / WEIGHTS).read_bytes() == (LIGHT / WEIGHTS).read_bytes()
    light, mine = installed_cards()["light"], installed_cards()["mine"]
    assert (mine.name, mine.title) == ("mine", "mine")
    assert (mine.scores, mine.provenance) == (light.scores, light.provenance)
    assert [each.name for each in library.iterdir()] == ["mine"]
    assert sorted(each.name for each in tmp_path.iterdir()) == ["home", "out.zip"]


@pytest.mark.parametrize("folder", ["town/", ""])
def test_name_of_the_card_is_that_of_the_model(library, archive, folder):
    assert import_model(archive(folder=folder)) == library / "town"


def test_existing_model_is_not_replaced(library, archive, tmp_path):
    path = archive()
    import_model(path)
    with pytest.raises(ModelError, match="already a model 'town'"):
        import_model(path)
    with pytest.raises(ModelError, match="already a model 'default'"):
        import_model(path, "default")
    with pytest.raises(ModelError, match="There is no model 'nobody'"):
        export_model("nobody", tmp_path / "x.zip")
    assert import_model(path, is_numbered=True) == library / "town_2"
    assert installed_cards()["town_2"].name == "town_2"


def link():
    entry = zipfile.ZipInfo("town/" + CARD)
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    return entry


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"more": [("../evil.json", "{}")]}, "outside"),
        ({"more": [("/etc/evil.json", "{}")]}, "outside"),
        ({"more": [("C:\\evil.json", "{}")]}, "outside"),
        ({"more": [("town/a/model.json", "{}")]}, "outside"),
        ({"more": [("town/run.py", "")]}, "run.py"),
        ({"more": [("model.json", "{}")]}, "exactly one"),
        ({"leave_out": ["town/" + WEIGHTS]}, "exactly one"),
        ({"leave_out": ["town/" + CARD], "more": [(link(), "/etc/passwd")]}, "a link"),
        ({"card": {"weights_sha256": "0" * 64}}, "do not match the hash"),
        ({"card": {"architecture": "nothing_known"}}, "does not support"),
        ({"card": {"options": {"width": "9/2"}}}, "cannot build"),
        ({"card": {"gsd_range_m": [0, 0]}}, "card is invalid"),
        ({"card": {"surprise": 1}}, "unknown key"),
        ({"card": {"name": "../up"}}, "cannot be the name"),
        ({"weights": pickle.dumps({"x": 1})}, "pickle"),
        ({"weights": b"PK\x03\x04" + b"0" * 100}, "pickle"),
        ({"weights": b""}, "not a valid safetensors"),
        ({"weights": b"\xff" * 64}, "not a valid safetensors"),
        ({"weights": safetensors((1.0, float("nan")))}, "NaN"),
        ({"weights": safetensors((float("inf"), 1.0))}, "NaN"),
        ({"weights": safetensors() + b"0"}, "longer or shorter"),
        ({"weights": safetensors(data_offsets=[0, 80])}, "header is damaged"),
        ({"weights": safetensors(data_offsets=[-8, 0])}, "header is damaged"),
        ({"weights": safetensors(shape=[3])}, "header is damaged"),
        ({"weights": safetensors(dtype="PY")}, "header is damaged"),
    ],
)
def test_bad_archives_are_refused_in_a_sentence_and_leave_nothing(
    library, archive, changes, reason, tmp_path
):
    with pytest.raises(ModelError, match=reason):
        import_model(archive(**changes))
    assert not library.exists() or not list(library.iterdir())
    assert sorted(each.name for each in tmp_path.iterdir()) == ["model.zip"]


@pytest.mark.parametrize("content", [b"", b"no zip", b"PK\x05\x06"])
def test_what_is_no_zip_is_refused(library, tmp_path, content):
    (tmp_path / "x.zip").write_bytes(content)
    with pytest.raises(ModelError, match="cannot be read as a zip"):
        import_model(tmp_path / "x.zip")


def test_missing_zip_is_one_sentence(library, tmp_path):
    with pytest.raises(ModelError, match=r"town.zip does not exist: check its path\.$"):
        import_model(tmp_path / "town.zip")


def test_damaged_zip_is_refused(library, archive):
    path = archive()
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0xFF
    path.write_bytes(content)
    with pytest.raises(ModelError, match="cannot be read as a zip"):
        import_model(path)
    assert not library.exists()


def test_failed_export_keeps_the_former_file(library, tmp_path, monkeypatch):
    shutil.copytree(LIGHT, library / "broken")
    (library / "broken" / WEIGHTS).unlink()
    (tmp_path / "x.zip").write_bytes(b"former")
    with pytest.raises(OutputError, match="cannot be exported"):
        export_model("broken", tmp_path / "x.zip")
    assert (tmp_path / "x.zip").read_bytes() == b"former"
    assert not (tmp_path / ".x.zip.part").exists()
