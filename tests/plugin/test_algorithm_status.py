# SPDX-License-Identifier: GPL-2.0-or-later
"""`orthoscribe:status` reports the state to scripts, with and without an engine."""

import json
import sys


def test_status_without_an_engine_says_what_to_do(processing, register, monkeypatch, tmp_path):
    monkeypatch.setenv("ORTHOSCRIBE_HOME", str(tmp_path))
    register()
    results = processing.run("orthoscribe:status", {})
    assert results["ENGINE"] == results["DEVICE"] == ""
    assert "Set up engine" in results["ADVICE"]
    assert {"default", "light"} <= set(results["MODELS"].split(","))


def test_status_names_engine_and_own_models(
    processing, register, monkeypatch, model_folder, tmp_path
):
    from orthoscribe.plugin.engine_client.environment import lock_hashes

    home = tmp_path / "home"
    (home / "models").mkdir(parents=True)
    model_folder.rename(home / "models" / "mine")
    python = home / "runtimes" / "r" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.symlink_to(sys.executable)
    runtime = {
        "lock": min(lock_hashes()),
        "python": str(python),
        "base": sys.executable,
        "size_mb": 1,
        "variant": "linux-cuda",
        "device": "cpu",
    }
    (home / "current.json").write_text(json.dumps(runtime))
    monkeypatch.setenv("ORTHOSCRIBE_HOME", str(home))
    register()
    results = processing.run("orthoscribe:status", {})
    assert results["ENGINE"] == str(python)
    assert results["DEVICE"] == "linux-cuda, cpu"
    assert results["ADVICE"] == ""
    assert "mine" in results["MODELS"].split(",")
