# SPDX-License-Identifier: GPL-2.0-or-later
"""Whether an engine is installed: from a file alone, never wrong, never slow."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from orthoscribe.plugin.engine_client.environment import (
    Runtime,
    engine_home,
    installed_python,
    lock_hash,
    lock_hashes,
    read_pins,
    switch_to,
    usable_runtime,
)
from orthoscribe.plugin.engine_client.variants import VARIANTS, find_variant

ROOT = Path(__file__).resolve().parents[2]
LOCK_FILE = find_variant("linux", "cpu").lock_file
LOCK = lock_hash(LOCK_FILE)


@pytest.fixture
def runtime(tmp_path):
    python = tmp_path / "runtimes" / LOCK / "bin" / "python"
    python.parent.mkdir(parents=True)
    base = tmp_path / "python3.11"
    base.touch()
    python.symlink_to(base)
    return Runtime(LOCK, str(python), str(base), 1500)


def test_home_is_a_setting_or_hidden_in_the_users_folder(monkeypatch):
    monkeypatch.setenv("ORTHOSCRIBE_HOME", "/srv/orthoscribe")
    assert engine_home() == Path("/srv/orthoscribe")
    monkeypatch.delenv("ORTHOSCRIBE_HOME")
    assert engine_home() == Path.home() / ".orthoscribe"


def test_switch_makes_a_runtime_the_installed_one(tmp_path, runtime):
    assert installed_python(tmp_path) is None
    switch_to(runtime, tmp_path)
    assert installed_python(tmp_path) == Path(runtime.python)
    assert [path.name for path in tmp_path.glob("*.json")] == ["current.json"]


def test_vanished_base_interpreter_means_not_installed(tmp_path, runtime):
    switch_to(runtime, tmp_path)
    Path(runtime.base).unlink()
    assert installed_python(tmp_path) is None


def test_vanished_environment_means_not_installed(tmp_path, runtime):
    switch_to(runtime, tmp_path)
    Path(runtime.python).unlink()
    assert installed_python(tmp_path) is None


def test_unfinished_environment_means_not_installed(tmp_path, runtime):
    switch_to(runtime, tmp_path)
    (Path(runtime.python).parents[1] / ".unfinished").touch()
    assert installed_python(tmp_path) is None


def test_environment_of_other_pins_is_outdated_not_installed(tmp_path, runtime):
    switch_to(Runtime("0123456789ab", runtime.python, runtime.base, 1500), tmp_path)
    assert installed_python(tmp_path) is None
    assert usable_runtime(tmp_path) is not None


WRONG_TYPES = '{"lock": null, "python": null, "base": null, "size_mb": null}'
BARE_NAME = '{"lock": "x", "python": "python", "base": "python", "size_mb": 1}'


@pytest.mark.parametrize(
    "content",
    ["", "{", "[]", "{}", '{"lock": 1}', "\x00\x01", "[" * 100_000, WRONG_TYPES, BARE_NAME],
)
def test_broken_pointer_means_not_installed(tmp_path, content):
    (tmp_path / "current.json").write_text(content)
    assert installed_python(tmp_path) is None


def test_pointer_with_unknown_keys_is_read(tmp_path, runtime):
    switch_to(runtime, tmp_path)
    pointer = tmp_path / "current.json"
    pointer.write_text(json.dumps({**json.loads(pointer.read_text()), "mood": "fine"}))
    assert installed_python(tmp_path) == Path(runtime.python)


def test_lock_hash_depends_on_pins_alone(tmp_path):
    one, two, three = (tmp_path / name for name in ("one", "two", "three"))
    one.write_bytes(b"# why\na==1 \\\n    --hash=sha256:00\nb==2\n")
    two.write_bytes(b"a==1\r\nb==2\r\n")
    three.write_bytes(b"a==1\nb==3\n")
    assert lock_hash(one) == lock_hash(two) != lock_hash(three)


def test_builds_of_torch_have_runtimes_of_their_own():
    cpu, cuda = (find_variant("linux", build).lock_file for build in ("cpu", "cuda"))
    assert lock_hash(cpu) != lock_hash(cuda)
    assert {lock_hash(cpu), lock_hash(cuda)} <= lock_hashes()


@pytest.mark.parametrize("variant", VARIANTS, ids=lambda variant: variant.name)
def test_lock_pins_everything_that_is_required(variant):
    pins = read_pins(variant.lock_file)
    assert all(pin.count("==") == 1 for pin in pins)
    lines = (ROOT / "engine" / "requirements.txt").read_text().splitlines()
    required = {line.split("#")[0].split("==")[0].strip() for line in lines} - {""}
    assert required <= {pin.split("==")[0] for pin in pins}


def test_installer_imports_the_standard_library_alone():
    script = """
import sys
before = set(sys.modules)
import plugin.engine_client.install
names = {name.split(".")[0] for name in set(sys.modules) - before}
foreign = names - set(sys.stdlib_module_names) - {"plugin", "engine"}
assert not foreign, foreign
engine = {name for name in sys.modules if name.startswith("engine.")}
assert all(name.startswith("engine.protocol") for name in engine), engine
"""
    subprocess.run([sys.executable, "-S", "-c", script], cwd=ROOT, check=True)
