# SPDX-License-Identifier: GPL-2.0-or-later
"""What the engine gets to see of the environment that QGIS prepared for itself."""

import os
from pathlib import Path

import pytest
from orthoscribe.plugin.engine_client.launch import (
    ROOT,
    child_environment,
    engine_command,
    engine_environment,
)
from orthoscribe.plugin.engine_client.pip import pip_environment

POISON = [
    "PYTHONHOME",
    "PYTHONPATH",
    "PYTHONEXECUTABLE",
    "PYTHONSTARTUP",
    "PROJ_LIB",
    "PROJ_DATA",
    "GDAL_DATA",
    "GDAL_DRIVER_PATH",
    "LD_LIBRARY_PATH",
    "LD_PRELOAD",
    "DYLD_LIBRARY_PATH",
    "QT_PLUGIN_PATH",
    "QT_QPA_PLATFORM",
    "QGIS_PREFIX_PATH",
    "PIP_USER",
    "PIP_TARGET",
    "VIRTUAL_ENV",
    "SSL_CERT_FILE",
    "AWS_SECRET_ACCESS_KEY",
]
NEEDED = ["PATH", "HOME", "LANG", "LC_ALL", "SYSTEMROOT", "HTTPS_PROXY", "no_proxy"]


@pytest.mark.parametrize("name", POISON)
def test_child_environment_lacks(name):
    assert name not in child_environment({name: "x", "PATH": "/bin"})


@pytest.mark.parametrize("name", [*NEEDED, "CUDA_VISIBLE_DEVICES", "ORTHOSCRIBE_HOME"])
def test_child_environment_keeps(name):
    assert child_environment({name: "x"})[name] == "x"


def test_child_environment_keeps_user_packages_out():
    assert child_environment({"PYTHONNOUSERSITE": "0"})["PYTHONNOUSERSITE"] == "1"


def test_allocator_is_set_for_the_engine_on_linux_only():
    assert engine_environment({}, "linux")["MALLOC_MMAP_MAX_"] == "0"
    assert engine_environment({"LANG": "C"}, "darwin") == child_environment({"LANG": "C"})


@pytest.mark.parametrize("name", ["HTTPS_PROXY", "http_proxy", "ORTHOSCRIBE_TORCH_INDEX"])
def test_engine_gets_no_address_that_may_hold_a_password(name):
    assert name not in engine_environment({name: "https://ann:word@index.example"})


def test_engine_whose_graphics_card_failed_selects_the_processor():
    assert engine_environment({}, device="cpu")["ORTHOSCRIBE_DEVICE"] == "cpu"
    assert "ORTHOSCRIBE_DEVICE" not in engine_environment({})


def test_allocator_is_left_alone_for_pip(tmp_path):
    names = [*child_environment({}), *pip_environment({}, tmp_path, tmp_path)]
    assert [name for name in names if name.startswith("MALLOC_")] == []


def test_child_environment_does_not_touch_its_source():
    before = dict(os.environ)
    child_environment(os.environ)["PATH"] = "elsewhere"
    assert dict(os.environ) == before


def test_engine_command_shuts_out_python_settings():
    command = engine_command(Path("/opt/engine/bin/python"))
    assert command[0] == "/opt/engine/bin/python"
    assert {"-E", "-s", "-X"} < set(command)
    assert command[-3:] == ["-m", "engine", "serve"]


def test_root_holds_the_engine():
    assert (ROOT / "engine" / "__main__.py").exists()
