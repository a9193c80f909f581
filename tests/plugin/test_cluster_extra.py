"""Dask is installed into the engine on demand, from the pins, and found without a process."""

import json
import sys

import pytest
from orthoscribe.plugin.engine_client import cluster_extra
from orthoscribe.plugin.engine_client.cluster_extra import has_cluster, install_cluster
from orthoscribe.plugin.engine_client.install_error import InstallError

STUB = """#!{python}
import json, pathlib, sys
root = pathlib.Path(__file__).parents[1]
(root / "arguments.json").write_text(json.dumps(sys.argv[1:]))
if {fails}:
    sys.exit("No space left on device")
site = root / "lib" / "python3.11" / "site-packages"
(site / "distributed-{version}.dist-info").mkdir(parents=True)
"""


def pinned():
    return cluster_extra._PIN.search(cluster_extra.LOCK_FILE.read_text())[1]


@pytest.fixture
def engine(tmp_path, monkeypatch):
    """Return a function that makes an engine whose pip is a stand-in."""

    def make(*, fails=False, version=None):
        python = tmp_path / "runtime" / "bin" / "python"
        python.parent.mkdir(parents=True)
        values = {"python": sys.executable, "fails": fails, "version": version or pinned()}
        python.write_text(STUB.format(**values))
        python.chmod(0o700)
        monkeypatch.setattr(cluster_extra, "installed_python", lambda _home: python)
        return tmp_path / "runtime"

    return make


def install(tmp_path, **options):
    said = []
    options = {"home": tmp_path / "home", **options}
    options["home"].mkdir(exist_ok=True)
    install_cluster(lambda *each: said.append(each), lambda: False, **options)
    return said


def test_dask_is_installed_from_the_pins(engine, tmp_path):
    runtime = engine()
    assert not has_cluster(tmp_path / "home")
    assert install(tmp_path)
    assert has_cluster(tmp_path / "home")
    arguments = json.loads((runtime / "arguments.json").read_text())
    assert {"--require-hashes", "--no-deps", str(cluster_extra.LOCK_FILE)} <= set(arguments)
    assert not list((tmp_path / "home").glob(".cluster-*"))


def test_other_version_does_not_count(engine, tmp_path):
    engine(version="1.0")
    install(tmp_path)
    assert not has_cluster(tmp_path / "home")


def test_failure_is_told_with_its_cause(engine, tmp_path):
    engine(fails=True)
    with pytest.raises(InstallError, match="The disk is full"):
        install(tmp_path)
    assert not list((tmp_path / "home").glob(".cluster-*"))


def test_without_an_engine_nothing_is_installed(tmp_path, monkeypatch):
    monkeypatch.setattr(cluster_extra, "installed_python", lambda _home: None)
    assert not has_cluster(tmp_path)
    with pytest.raises(InstallError, match="not installed yet"):
        install(tmp_path)
