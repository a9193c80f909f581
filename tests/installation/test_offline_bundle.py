# SPDX-License-Identifier: GPL-2.0-or-later
"""A bundle installs where the network is cut and no Python is on the PATH.

python-build-standalone is stood in for by a Python of this machine, with the address and checksum
that uv reads from a list of downloads.
"""

import json
import os
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest
from orthoscribe.tests.offline_machine import is_possible, run_offline
from orthoscribe.tests.standalone_python import make_archive

ROOT = Path(__file__).resolve().parents[2]
VERSION = "3.11.18"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="needs Linux namespaces"),
    pytest.mark.skipif(sys.version_info[:2] != (3, 11), reason="the stand-in is a Python 3.11"),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("bundle with spaces ü & 100%")


@pytest.fixture(scope="module")
def downloads(folder):
    return make_archive(Path(sys.executable), VERSION, folder)


@pytest.fixture(scope="module")
def bundle(folder, downloads):
    command = [ROOT / "build" / "uv" / "bin" / "python", "release/bundle.py", "linux-cpu"]
    command += ["--python", "3.11", "--output", folder]
    environment = {**os.environ, "UV_PYTHON_DOWNLOADS_JSON_URL": downloads.as_uri()}
    subprocess.run(command, cwd=ROOT, env=environment, check=True)
    return next(folder.glob("*.zip"))


@pytest.fixture(scope="module")
def machine(folder, downloads):
    """Return a function that runs the installer on the machine with QGIS's own interpreter."""
    if not is_possible():
        pytest.skip("this user may not make namespaces")
    with tarfile.open(next(folder.glob("*.tar.gz"))) as archive:
        archive.extractall(folder / "qgis", filter="data")
    environment = {
        "PATH": "/nowhere",
        "HOME": str(folder),
        "ORTHOSCRIBE_HOME": str(folder / "home"),
        "UV_PYTHON_DOWNLOADS_JSON_URL": downloads.as_uri(),
    }
    python = folder / "qgis" / "python" / "bin" / "python3"

    def run(*words):
        command = [str(python), "-m", "plugin.engine_client.install", *map(str, words)]
        return run_offline(command, environment, ROOT)

    return run


def test_without_a_bundle_the_machine_has_no_way(machine):
    found = machine("install", "--build", "cpu")
    assert found.returncode == 1
    assert "install the engine from a file" in found.stderr


def test_bundle_installs_an_engine_that_passes_its_self_test(machine, bundle, folder):
    found = machine("install", "--bundle", bundle)
    assert found.returncode == 0, found.stderr
    runtime = json.loads((folder / "home" / "current.json").read_text())
    assert runtime["base"].startswith(str(folder / "home" / "python"))
    assert not (folder / "home" / "downloads").exists()
    tested = machine("self-test")
    assert json.loads(tested.stdout)["is_ok"], tested.stderr


def test_bundle_of_another_version_is_refused(machine, folder):
    (folder / "no.zip").write_bytes(b"PK")
    found = machine("install", "--bundle", folder / "no.zip")
    assert found.returncode == 1
    assert "is not a bundle of the engine" in found.stderr
