# SPDX-License-Identifier: GPL-2.0-or-later
"""uv brings a Python by checksum; a server of this machine stands in for that of the archives."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from orthoscribe.plugin.engine_client.install_error import InstallError
from orthoscribe.plugin.engine_client.install_lock import hold_install_lock
from orthoscribe.plugin.engine_client.install_step import StepRunner
from orthoscribe.plugin.engine_client.standalone_python import StandalonePython, unpack_uv
from orthoscribe.tests.file_server import serve
from orthoscribe.tests.standalone_python import make_archive

VERSION = "3.11.18"
PASSWORD = "secretword"

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or sys.version_info[:2] != (3, 11), reason="the stand-in needs it"
)


@pytest.fixture(scope="module")
def archives(tmp_path_factory):
    folder = tmp_path_factory.mktemp("archives")
    make_archive(Path(sys.executable), VERSION, folder)
    return folder


@pytest.fixture
def server(archives):
    with serve(archives) as running:
        downloads = json.loads((archives / "downloads.json").read_text())
        for row in downloads.values():
            row["url"] = f"{running.address}/{Path(row['url']).name}"
        (archives / "served.json").write_text(json.dumps(downloads))
        yield running


@pytest.fixture
def bring(tmp_path, monkeypatch):
    """Return a function from environment variables to the interpreter that was brought."""
    home = tmp_path / ("home ü & " + "x" * 150)

    def start(version=VERSION, **variables):
        import os

        environment = {**os.environ, "UV_HTTP_RETRIES": "0", **variables}
        with hold_install_lock(home, lambda _: None, lambda: False) as lock:
            runner = StepRunner(home / "install.log", lock, lambda: False)
            return StandalonePython(home, runner, environment, version=version).bring()

    start.home = home
    return start


def test_python_is_brought_from_a_server_and_works(bring, server):
    python = bring(UV_PYTHON_DOWNLOADS_JSON_URL=f"{server.address}/served.json")
    assert bring.home / "python" in python.parents
    script = "import sys, venv, ensurepip, ssl; print(sys.base_prefix)"
    found = subprocess.run([python, "-I", "-c", script], check=True, capture_output=True, text=True)
    assert Path(found.stdout.strip()) == python.parents[1]
    assert len(server.requests) == 2
    assert bring() == python  # it is there already, so no server is asked


def test_python_with_another_checksum_is_refused(bring, server, archives):
    rows = json.loads((archives / "served.json").read_text())
    for row in rows.values():
        row["sha256"] = "0" * 64
    (archives / "wrong.json").write_text(json.dumps(rows))
    with pytest.raises(InstallError, match="not the one that this version was made with"):
        bring(UV_PYTHON_DOWNLOADS_JSON_URL=f"{server.address}/wrong.json")
    assert not list((bring.home / "python").glob("cpython-*"))


def test_mirror_cannot_replace_the_checksums_inside_uv(bring, server, archives):
    real = "cpython-3.11.18%2B20261110-x86_64-unknown-linux-gnu-install_only_stripped.tar.gz"
    server.aliases[f"/20261110/{real}"] = next(archives.glob("*.tar.gz"))
    with pytest.raises(InstallError, match="not the one that this version was made with"):
        bring(UV_PYTHON_INSTALL_MIRROR=server.address)


@pytest.mark.parametrize(
    ("status", "words"),
    [(403, "refused the download"), (404, "no such page"), (503, "has a fault")],
)
def test_error_of_the_server_is_told_as_that_and_without_its_password(bring, server, status, words):
    server.status = status
    address = server.address.replace("//", f"//ann:{PASSWORD}@")
    with pytest.raises(InstallError, match=words):
        bring(UV_PYTHON_INSTALL_MIRROR=address)
    assert PASSWORD not in (bring.home / "install.log").read_text()


def test_server_that_does_not_answer_is_told_as_that(bring):
    with pytest.raises(InstallError, match="cannot be reached"):
        bring(UV_PYTHON_INSTALL_MIRROR="http://127.0.0.1:9")


def test_unknown_version_is_a_sentence(bring):
    with pytest.raises(InstallError, match="is not supported"):
        bring("3.8.1")


def test_uv_that_is_not_pinned_is_not_unpacked(tmp_path):
    wheel = tmp_path / "uv-0.13.9-py3-none-any.whl"
    wheel.write_bytes(b"PK")
    with pytest.raises(InstallError, match="is not the uv"):
        unpack_uv(wheel, tmp_path)
