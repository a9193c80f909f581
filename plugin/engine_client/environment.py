# SPDX-License-Identifier: GPL-2.0-or-later
"""Location and state of the engine's environment, without starting a process.

    <home>/current.json             current runtime; replaced atomically after a self-test
    <home>/runtimes/<lock hash>/    virtual environment
    <home>/python/                  Python, where the machine has none that is suitable
    <home>/models/                  the user's models
    <home>/logs/                    output of installations

The home is outside of the plugin and the QGIS profile, so that gigabytes need not be downloaded
again after an update of the plugin or for a new profile.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Dict, FrozenSet, List, Optional

from .variants import VARIANTS

UNFINISHED = ".unfinished"
NO_ENGINE = (
    "The engine is not installed yet: press Set up engine in the Orthoscribe panel, or run "
    "'make engine'."
)

REPAIR_ENGINE = "press Repair engine under Engine in the Orthoscribe panel"


@dataclass(frozen=True)
class Runtime:
    """Content of `current.json`: the runtime that has passed its self-test.

    Args:
        lock: hash of the pinned packages.
        python: path of its interpreter.
        base: path of the interpreter it was created with and depends on.
        size_mb: size of the runtime on disk.
        variant: name of the variant, empty in files of older versions.
        device: `cpu` if only the processor has passed the self-test, else `auto`.
    """

    lock: str
    python: str
    base: str
    size_mb: int
    variant: str = ""
    device: str = "auto"

    def __post_init__(self) -> None:
        texts = (self.lock, self.python, self.base, self.variant, self.device)
        if not all(isinstance(each, str) for each in texts) or type(self.size_mb) is not int:
            raise TypeError("A value has another type.")
        if len(Path(self.python).parents) < 2:
            raise ValueError(f"'{self.python}' is not the interpreter of an environment.")


def engine_home() -> Path:
    """Return `$ORTHOSCRIBE_HOME`, by default `~/.orthoscribe`."""
    return Path(os.environ.get("ORTHOSCRIBE_HOME") or Path.home() / ".orthoscribe").absolute()


def lock_hash(lock_file: Path) -> str:
    """Return the name of the runtime for `lock_file`, a hash of its pins."""
    pins = read_pins(lock_file)
    return hashlib.sha256("\n".join(pins).encode("utf-8")).hexdigest()[:12]


@lru_cache(maxsize=1)
def lock_hashes() -> FrozenSet[str]:
    """Return the names of the runtimes of this version, one for each variant."""
    return frozenset(lock_hash(variant.lock_file) for variant in VARIANTS)


def read_pins(lock_file: Path) -> List[str]:
    """Return the names and versions of the packages in `lock_file`, without their hashes."""
    lines = lock_file.read_text(encoding="utf-8").splitlines()
    return [line.split()[0] for line in lines if "==" in line and not line.startswith("#")]


def installed_python(home: Optional[Path] = None) -> Optional[Path]:
    """Return the engine's interpreter, or None if this version's engine is not installed."""
    runtime = usable_runtime(home)
    if runtime is None or runtime.lock not in lock_hashes():
        return None
    return Path(runtime.python)


def usable_runtime(home: Optional[Path] = None) -> Optional[Runtime]:
    """Return the current runtime of any version, or None if it is missing or unfinished."""
    runtime = _current(home or engine_home())
    if runtime is None:
        return None
    python = Path(runtime.python)
    is_unfinished = (python.parents[1] / UNFINISHED).exists()
    is_there = python.exists() and Path(runtime.base).exists()
    return runtime if is_there and not is_unfinished else None


def engine_device(home: Optional[Path] = None) -> str:
    """Return the device that the installed engine was tested with: `auto`, or only `cpu`."""
    runtime = usable_runtime(home)
    return runtime.device if runtime else "auto"


def switch_to(runtime: Runtime, home: Path) -> None:
    """Make `runtime` the current one, by replacing the file atomically."""
    pointer = home / "current.json"
    temporary = pointer.with_name(f".current.{os.getpid()}.json")
    temporary.write_text(json.dumps(asdict(runtime), indent=2) + "\n", encoding="utf-8")
    os.replace(temporary, pointer)  # noqa: PTH105 (documented as atomic)


def _current(home: Path) -> Optional[Runtime]:
    try:
        values: Dict[str, object] = json.loads((home / "current.json").read_text(encoding="utf-8"))
        known = {name: values[name] for name in Runtime.__dataclass_fields__ if name in values}
        return Runtime(**known)  # type: ignore[arg-type]
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        return None
