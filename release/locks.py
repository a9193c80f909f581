# SPDX-License-Identifier: GPL-2.0-or-later
"""Make the hash-locked requirements in `engine/locks`: `make locks`.

uv resolves `engine/requirements.txt` for each platform and Python, without installing anything. All
platforms and Pythons get the same versions, those of the former locks unless `--upgrade` is given,
and each pin lists the hashes of the wheels that its platform can use. Builds of torch with a local
version, such as `+cpu`, are not on the package index, but on one of their own. Where that cannot be
reached, the hashes of the former lock are kept.

    build/uv/bin/python release/locks.py build/uv/bin/uv [--upgrade]
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
import tomllib
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LOCKS = ROOT / "engine" / "locks"
REQUIREMENTS = ROOT / "engine" / "requirements.txt"
# What only some users need: one lock for all platforms, without the packages of the locks above.
EXTRAS = {"cluster": ROOT / "engine" / "requirements-cluster.txt"}
PYTHONS = ("3.11", "3.12", "3.13")
TORCH = "2.13.0"

# The builds of torch with a local version need these alone; CUDA is in the wheel, or not needed.
TORCH_NEEDS = [
    "filelock",
    "typing-extensions",
    "setuptools",
    "sympy",
    "networkx",
    "jinja2",
    "fsspec",
]


@dataclass(frozen=True)
class Target:
    """One lock.

    Args:
        name: name of the lock, of a platform and a build of torch.
        platform: target triple of uv.
        build: local version of torch, empty for the build on the package index.
        torch_size: bytes of a wheel of that local version.
    """

    name: str
    platform: str
    build: str = ""
    torch_size: int = 0


LINUX = "x86_64-manylinux_2_28"
WINDOWS = "x86_64-pc-windows-msvc"
TARGETS = (
    Target("linux-cpu", LINUX, "cpu", 191_800_000),
    Target("linux-cuda", LINUX),
    Target("windows-cpu", WINDOWS),
    Target("windows-cuda", WINDOWS, "cu130", 1_915_500_000),
    Target("mac-arm64-cpu", "aarch64-apple-darwin"),
)


@dataclass
class Pin:
    """A pinned package with the hashes of its wheels, and the size of the largest one in bytes."""

    version: str
    hashes: set[str]
    size: int


def main() -> int:
    """Write all locks; print a line for each."""
    uv = sys.argv[1]
    versions = {} if "--upgrade" in sys.argv else former_versions()
    for target in TARGETS:
        pins: dict[str, Pin] = {}
        for python in PYTHONS:
            merge(pins, resolve(uv, target, python, versions))
            versions |= {name: pin.version for name, pin in pins.items()}
        note = ""
        if target.build:
            note = use_local_build(uv, target, pins["torch"])
        write_lock(target, pins)
        sys.stdout.write(f"{target.name}: {len(pins)} pins, {download_mb(pins)} MB{note}\n")
    write_uv_lock(uv)
    for name, requirements in EXTRAS.items():
        pins = extra_pins(uv, requirements)
        write_lock(Target(name, ""), pins)
        sys.stdout.write(f"{name}: {len(pins)} pins, {download_mb(pins)} MB\n")
    return 0


def former_versions() -> dict[str, str]:
    """Return the versions in the present locks, without local ones."""
    found: dict[str, str] = {}
    for path in LOCKS.glob("*.txt"):
        pins = re.findall(r"^([\w.-]+)==([^\s+]+)", path.read_text(), re.MULTILINE)
        found |= dict(pins)
    return found


def resolve(
    uv: str,
    target: Target,
    python: str,
    versions: dict[str, str],
    requirements: Path = REQUIREMENTS,
) -> dict[str, Pin]:
    """Return the pins for one platform and Python, with these versions of known packages."""
    with tempfile.TemporaryDirectory() as folder:
        settings, found = Path(folder, "uv.toml"), Path(folder, "pylock.toml")
        kept = Path(folder, "constraints.txt")
        kept.write_text("".join(f"{name}=={version}\n" for name, version in versions.items()))
        torch = f'name = "torch", version = "{TORCH}", requires-dist = {json.dumps(TORCH_NEEDS)}'
        settings.write_text(f"dependency-metadata = [{{{torch}}}]\n" if target.build else "")
        options = ["--config-file", str(settings), "--python-platform", target.platform]
        compile_pins(uv, python, str(requirements), found, [*options, "-c", str(kept)])
        return read_pylock(found)


def extra_pins(uv: str, requirements: Path) -> dict[str, Pin]:
    """Return the pins of an extra for all platforms, without those of the engine's locks."""
    pins: dict[str, Pin] = {}
    versions = former_versions()
    for target in TARGETS:
        for python in PYTHONS:
            merge(pins, resolve(uv, target, python, versions, requirements))
            versions |= {name: pin.version for name, pin in pins.items()}
    engine = set.intersection(*(_names_in(LOCKS / f"{target.name}.txt") for target in TARGETS))
    return {name: pin for name, pin in pins.items() if name not in engine}


def _names_in(lock: Path) -> set[str]:
    return set(re.findall(r"^([\w.-]+)==", lock.read_text(), re.MULTILINE))


def compile_pins(uv: str, python: str, source: str, output: Path, options: list[str]) -> None:
    """Resolve `source` into the file `output`."""
    command = [uv, "pip", "compile", "-q", "--format", "pylock.toml", "--only-binary", ":all:"]
    command += ["--python-version", python, "-o", str(output), *options]
    environment = {**os.environ, "MACOSX_DEPLOYMENT_TARGET": "14.0"}
    subprocess.run([*command, source], check=True, env=environment)


def read_pylock(path: Path) -> dict[str, Pin]:
    """Return the pins in a `pylock.toml`."""
    packages = tomllib.loads(path.read_text())["packages"]
    return {
        each["name"]: Pin(
            each["version"],
            {wheel["hashes"]["sha256"] for wheel in each["wheels"]},
            max(wheel.get("size", 0) for wheel in each["wheels"]),
        )
        for each in packages
    }


def merge(pins: dict[str, Pin], others: dict[str, Pin]) -> None:
    """Add the pins of another Python, which must have the same versions."""
    for name, other in others.items():
        pin = pins.setdefault(name, other)
        if pin.version != other.version:
            raise SystemExit(f"{name} differs between Pythons: {pin.version}, {other.version}")
        pin.hashes |= other.hashes
        pin.size = max(pin.size, other.size)


def use_local_build(uv: str, target: Target, torch: Pin) -> str:
    """Pin torch to its local build; return a note about where the hashes come from."""
    torch.version = f"{TORCH}+{target.build}"
    torch.size = target.torch_size
    index = f"https://download.pytorch.org/whl/{target.build}"
    try:
        torch.hashes = hashes_on_index(uv, target, f"torch=={torch.version}", index)
    except (subprocess.CalledProcessError, KeyError):
        torch.hashes = hashes_of_former_lock(target)
        return f", torch's hashes kept ({len(torch.hashes)}), since its index was not read"
    return f", torch's hashes from its index ({len(torch.hashes)})"


def hashes_on_index(uv: str, target: Target, requirement: str, index: str) -> set[str]:
    """Return the hashes of one package on one index."""
    found: set[str] = set()
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "requirements.in")
        source.write_text(f"{requirement}\n")
        for python in PYTHONS:
            output = Path(folder, f"pylock.python{PYTHONS.index(python)}.toml")
            options = ["--no-config", "--no-deps", "--default-index", index]
            options += ["--python-platform", target.platform]
            compile_pins(uv, python, str(source), output, options)
            found |= read_pylock(output)["torch"].hashes
    return found


def hashes_of_former_lock(target: Target) -> set[str]:
    """Return the hashes of torch in the present lock."""
    text = (LOCKS / f"{target.name}.txt").read_text()
    block = re.search(r"^torch==\S+((?: \\\n    --hash=\S+)+)", text, re.MULTILINE)
    if block is None:
        raise SystemExit(f"{target.name}: there is no former lock with hashes of torch")
    return set(re.findall(r"sha256:([0-9a-f]{64})", block.group(1)))


def write_lock(target: Target, pins: dict[str, Pin]) -> None:
    """Write one lock."""
    build = f" with torch's build `{target.build}`" if target.build else ""
    lines = [
        f"# Made by `make locks` for {target.name}{build}: Python {', '.join(PYTHONS)}.",
        f"# download_mb: {download_mb(pins)}",
    ]
    for name, pin in sorted(pins.items()):
        lines.append(f"{name}=={pin.version} \\")
        hashes = [f"    --hash=sha256:{each}" for each in sorted(pin.hashes)]
        lines.append(" \\\n".join(hashes))
    (LOCKS / f"{target.name}.txt").write_text("\n".join(lines) + "\n")


def write_uv_lock(uv: str) -> None:
    """Write the lock of uv itself, whose wheels serve every Python."""
    found: dict[str, Pin] = {}
    version = subprocess.run([uv, "--version"], check=True, capture_output=True, text=True)
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "requirements.in")
        source.write_text(f"uv=={version.stdout.split()[1]}\n")
        for target in TARGETS:
            output = Path(folder, "pylock.uv.toml")
            options = ["--no-config", "--python-platform", target.platform]
            compile_pins(uv, PYTHONS[0], str(source), output, options)
            merge(found, read_pylock(output))
    write_lock(Target("uv", ""), found)


def download_mb(pins: dict[str, Pin]) -> int:
    """Return the size of all downloads in MB."""
    return round(sum(pin.size for pin in pins.values()) / 1e6)


if __name__ == "__main__":
    sys.exit(main())
