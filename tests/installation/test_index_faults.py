# SPDX-License-Identifier: GPL-2.0-or-later
"""Real pip against an index of this machine that has a fault: each is told as what it is."""

import os
import sys
from pathlib import Path

import pytest
from orthoscribe.plugin.engine_client.install_error import InstallError
from orthoscribe.plugin.engine_client.installation import InstallSource
from orthoscribe.plugin.engine_client.installer import Installer
from orthoscribe.tests.file_server import serve

PASSWORD = "secretword"

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="it chooses a variant for Linux")


@pytest.fixture
def server(tmp_path):
    with serve(tmp_path) as running:
        yield running


def install(home, address):
    """Install from one index alone, and return the message of the error."""
    network = {
        "PIP_INDEX_URL": address,
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_RETRIES": "0",
        "NO_PROXY": "127.0.0.1",
    }
    source = InstallSource(
        python=Path(sys.executable),
        torch_index=address,
        environment={name: "" for name in os.environ if name.startswith("PIP_")} | network,
    )
    with pytest.raises(InstallError) as caught:
        Installer(home, source=source, build="cpu").install()
    return caught.value


@pytest.mark.parametrize(
    ("status", "words"),
    [(401, "refused"), (403, "refused"), (404, "no such page"), (500, "has a fault")],
)
def test_answer_of_the_index_is_told_without_its_password(tmp_path, server, status, words):
    server.status = status
    error = install(tmp_path / "home", server.address.replace("//", f"//ann:{PASSWORD}@"))
    assert words in error.sentence
    assert server.requests
    log = Path(error.log).read_text()
    assert PASSWORD not in log
    assert "127.0.0.1" in log


def test_index_that_does_not_answer_is_told(tmp_path):
    assert "cannot be reached" in install(tmp_path / "home", "http://127.0.0.1:9").sentence


def test_wheel_with_another_hash_is_refused(tmp_path, server):
    wheel = "torch-2.13.0+cpu-cp311-cp311-manylinux_2_28_x86_64.whl"
    page = tmp_path / "simple.html"
    page.write_text(f'<!DOCTYPE html><a href="{server.address}/{wheel}">{wheel}</a>')
    server.aliases["/torch/"] = page
    (tmp_path / wheel).write_bytes(b"PK\x05\x06" + b"\0" * 18)
    error = install(tmp_path / "home", server.address)
    assert "not the one that this version was made with" in error.sentence
