# SPDX-License-Identifier: GPL-2.0-or-later
"""Where the engine's environment lives, and whether there is one: answered in an instant.

    <home>/current.json             which runtime to use; replaced in one step, after a self-test
    <home>/runtimes/<lock hash>/    a plain virtual environment
    <home>/models/                  the user's models
    <home>/logs/                    what pip said

The home lies outside the plugin and the QGIS profile, so that neither an update of the plugin
nor a new profile loses a download of gigabytes.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import List, Optional

from .launch import ROOT

LOCK_FILE = ROOT / "engine" / "requirements.lock"
UNFINISHED = ".unfinished"
NO_ENGINE = (
    "The engine is not installed yet: press Set up engine in the Orthoscribe panel, or run "
    "'make engine'."
)

REPAIR_ENGINE = "press Repair engine under Engine in the Orthoscribe panel"


@dataclass(frozen=True)
class Runtime:
    """The content of `current.json`: the runtime that passed its self-test.

    Args:
        lock: hash of the pins it was made from.
        python: its interpreter.
        base: the interpreter it was made with and cannot live without.
        size_mb: its size on disk.
    """

    lock: str
    python: str
    base: str
    size_mb: int


def engine_home() -> Path:
    """Return `$ORTHOSCRIBE_HOME`, by default `~/.orthoscribe`."""
    return Path(os.environ.get("ORTHOSCRIBE_HOME") or Path.home() / ".orthoscribe").absolute()


def lock_hash(lock_file: Path = LOCK_FILE) -> str:
    """Return the name of the runtime that `lock_file` asks for; only its pins matter."""
    pins = read_pins(lock_file)
    return hashlib.sha256("\n".join(pins).encode("utf-8")).hexdigest()[:12]


def read_pins(lock_file: Path = LOCK_FILE) -> List[str]:
    """Return the lines of `lock_file` that name a package."""
    lines = (line.strip() for line in lock_file.read_text(encoding="utf-8").splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def installed_python(home: Optional[Path] = None) -> Optional[Path]:
    """Return the engine's interpreter, or None where this version's engine is not installed."""
    runtime = usable_runtime(home)
    if runtime is None or runtime.lock != lock_hash():
        return None
    return Path(runtime.python)


def usable_runtime(home: Optional[Path] = None) -> Optional[Runtime]:
    """Return the current runtime, of this version or an older one, if it still is in place."""
    runtime = _current(home or engine_home())
    if runtime is None:
        return None
    python = Path(runtime.python)
    is_unfinished = (python.parents[1] / UNFINISHED).exists()
    is_there = python.exists() and Path(runtime.base).exists()
    return runtime if is_there and not is_unfinished else None


def switch_to(runtime: Runtime, home: Path) -> None:
    """Make `runtime` the current one; readers see the old or the new, never a half."""
    pointer = home / "current.json"
    beside = pointer.with_name(f".current.{os.getpid()}.json")
    beside.write_text(json.dumps(asdict(runtime), indent=2) + "\n", encoding="utf-8")
    os.replace(beside, pointer)  # noqa: PTH105 (the name says that it is atomic)


def _current(home: Path) -> Optional[Runtime]:
    try:
        values = json.loads((home / "current.json").read_text(encoding="utf-8"))
        return Runtime(**{name: values[name] for name in Runtime.__dataclass_fields__})
    except (OSError, ValueError, KeyError, TypeError):
        return None
