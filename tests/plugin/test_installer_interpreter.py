# SPDX-License-Identifier: GPL-2.0-or-later
"""Which Python the engine's environment is made with, and what is said of the others."""

import json
import sys
from pathlib import Path

import pytest
from orthoscribe.plugin.engine_client.install_error import InstallError
from orthoscribe.plugin.engine_client.interpreter import choose_interpreter, probe_interpreter


@pytest.fixture
def pretend(tmp_path):
    """Write a program that answers the probe, at a path below tmp_path; return that path."""

    def write(name, version=(3, 12), is_64_bit=True, makes_venvs=True):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        answer = json.dumps([str(path), version, is_64_bit, makes_venvs])
        path.write_text(f"#!{sys.executable}\nimport sys\nsys.stdout.write({answer!r})\n")
        path.chmod(0o700)
        return path

    return write


def test_probe_accepts_a_fitting_python(pretend):
    path = pretend("bin/python3.12")
    found = probe_interpreter(path)
    assert (found.path, found.version) == (path, (3, 12))


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ({"version": (3, 9)}, "3.11 to 3.13"),
        ({"version": (3, 14)}, "3.11 to 3.13"),
        ({"is_64_bit": False}, "32 bit"),
        ({"makes_venvs": False}, "apt install python3-venv"),
    ],
)
def test_probe_says_why_a_python_will_not_do(pretend, answer, words):
    with pytest.raises(InstallError, match=words):
        probe_interpreter(pretend("python", **answer))


@pytest.mark.parametrize(
    "name", ["bin/qgis.bin", "QGIS.app/Contents/MacOS/bin/python3", "QGIS 3.40.6/bin/python.exe"]
)
def test_probe_never_starts_what_belongs_to_qgis(pretend, name, tmp_path):
    path = pretend(name)
    path.write_text(f"#!/bin/sh\ntouch {tmp_path}/started\n")
    with pytest.raises(InstallError, match="belongs to QGIS"):
        probe_interpreter(path)
    assert not (tmp_path / "started").exists()


def test_probe_accepts_a_folder_that_only_sounds_like_qgis(pretend):
    assert probe_interpreter(pretend("qgis-plugins/python"))


ANSWERS = ("5", "null", "[]", '["/x", "words", true, true]', "[5, [3, 11], true, true]")


@pytest.mark.parametrize(
    "content",
    [
        *("#!/bin/sh\nexit 3\n", "#!/bin/sh\necho Python 3.12\n", ""),
        *(f"#!/bin/sh\necho '{answer}'\n" for answer in ANSWERS),
    ],
)
def test_probe_refuses_what_is_no_python(tmp_path, content):
    path = tmp_path / "python"
    path.write_text(content)
    path.chmod(0o700)
    with pytest.raises(InstallError, match="not a working Python"):
        probe_interpreter(path)


def test_choice_prefers_what_the_user_chose(pretend):
    path = pretend("mine/python3.13", version=(3, 13))
    assert choose_interpreter(path).path == path


def test_choice_takes_the_first_fitting_one_on_the_path(pretend, monkeypatch):
    pretend("old/python3.11", makes_venvs=False)
    good = pretend("good/python3.12")
    folders = (Path(good).parents[1] / "old", good.parent)
    monkeypatch.setenv("PATH", ":".join(map(str, folders)))
    found = choose_interpreter().path
    assert found == good or found.parent in (Path("/usr/bin"), Path("/usr/local/bin"))


def test_choice_finds_a_python_on_this_machine():
    assert choose_interpreter().version >= (3, 11)
