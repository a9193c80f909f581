# SPDX-License-Identifier: GPL-2.0-or-later
"""Make an offline bundle of the engine: `make bundle VARIANT=linux-cpu`.

    build/uv/bin/python release/bundle.py linux-cpu --python 3.12 --output dist

Everything in it is checked when it is made, and again when it is installed. Wheels come from the
package index or `--wheels`, and Python from where uv finds it: set UV_PYTHON_INSTALL_MIRROR to take
it from elsewhere.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from plugin.engine_client.bundle import FORMAT, MANIFEST, open_bundle  # noqa: E402
from plugin.engine_client.environment import lock_hash  # noqa: E402
from plugin.engine_client.standalone_python import PYTHONS, unpack_uv  # noqa: E402
from plugin.engine_client.variants import UV_LOCK, VARIANTS, Variant  # noqa: E402

# Names of uv for the Python, and of pip for the wheels, of each platform
UV_TARGETS = {
    "linux": "linux-x86_64-gnu",
    "windows": "windows-x86_64-none",
    "mac-arm64": "macos-aarch64-none",
}
WHEEL_TAGS = {
    "linux": [
        *(f"manylinux_2_{minor}_x86_64" for minor in range(28, 4, -1)),
        *(f"manylinux{name}_x86_64" for name in ("2014", "2010", "1")),
    ],
    "windows": ["win_amd64"],
    "mac-arm64": ["macosx_14_0_arm64"],
}


def main() -> int:
    """Make the bundle and print its path and size."""
    options = _options()
    variant = next(each for each in VARIANTS if each.name == options.variant)
    python = next(each for each in PYTHONS if each.startswith(f"{options.python}."))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        fetch_uv(variant, folder / "uv")
        fetch_python(variant, python, folder / "python")
        fetch_wheels(variant, python, folder / "wheels", options.wheels)
        path = options.output / f"orthoscribe-engine-{variant.name}-python{options.python}.zip"
        write_bundle(path, folder, variant, python)
    open_bundle(path, variant.platform)
    sys.stdout.write(f"{path}  {path.stat().st_size / 1e6:.1f} MB\n")
    return 0


def fetch_uv(variant: Variant, folder: Path) -> None:
    """Download the wheel of uv for a platform."""
    download(UV_LOCK, variant, "3.11", folder, [])


def fetch_python(variant: Variant, version: str, folder: Path) -> None:
    """Download the archive of a Python; uv checks it, and keeps it in its cache."""
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        host = next(each for each in VARIANTS if each.platform == _host())
        fetch_uv(host, scratch / "wheel")
        uv = unpack_uv(next(scratch.glob("wheel/*.whl")), scratch)
        request = f"cpython-{version}-{UV_TARGETS[variant.platform]}"
        command = [str(uv), "--no-config", "python", "install", request]
        command += ["--no-bin", "--no-registry", "--install-dir", str(scratch / "python")]
        environment = {**os.environ, "UV_PYTHON_CACHE_DIR": str(folder)}
        require(
            subprocess.run(command, check=False, env=environment),
            "Python could not be downloaded: set UV_PYTHON_INSTALL_MIRROR to another address.",
        )
    for path in folder.iterdir():
        if path.is_dir():
            shutil.rmtree(path)


def fetch_wheels(variant: Variant, python: str, folder: Path, wheels: Path | None) -> None:
    """Download the locked wheels for one Python."""
    extra = ["--find-links", str(wheels)] if wheels else []
    if variant.torch_index:
        extra += ["--extra-index-url", variant.torch_index, "--retries", "0"]
    download(variant.lock_file, variant, python, folder, extra)


def download(lock: Path, variant: Variant, python: str, folder: Path, extra: list[str]) -> None:
    """Download the wheels of a lock."""
    command = [sys.executable, "-m", "pip", "download", "-q", "--require-hashes", "--no-deps"]
    command += ["--only-binary", ":all:", "--disable-pip-version-check", "--no-input"]
    for tag in WHEEL_TAGS[variant.platform]:
        command += ["--platform", tag]
    minor = ".".join(python.split(".")[:2])
    command += ["--python-version", minor, "--dest", str(folder), "-r", str(lock), *extra]
    require(
        subprocess.run(command, check=False),
        f"The wheels in {lock.name} could not be downloaded: give their folder with --wheels.",
    )


def require(done: subprocess.CompletedProcess[bytes], sentence: str) -> None:
    """End with a sentence if a program failed; it has printed the reason."""
    if done.returncode:
        raise SystemExit(sentence)


def write_bundle(path: Path, folder: Path, variant: Variant, python: str) -> None:
    """Write the zip; its files are compressed already."""
    manifest = {
        "format": FORMAT,
        "variant": variant.name,
        "python": python,
        "lock": lock_hash(variant.lock_file),
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(MANIFEST, json.dumps(manifest, indent=2))
        for file in sorted(each for each in folder.rglob("*") if each.is_file()):
            archive.write(file, file.relative_to(folder).as_posix())


def _host() -> str:
    return {"win32": "windows", "darwin": "mac-arm64"}.get(sys.platform, "linux")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("variant", choices=[variant.name for variant in VARIANTS])
    parser.add_argument("--python", default="3.12", help="version of Python, as 3.12")
    parser.add_argument("--output", type=Path, default=ROOT / "dist", help="folder of the zip")
    parser.add_argument("--wheels", type=Path, help="folder of wheels to prefer")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
