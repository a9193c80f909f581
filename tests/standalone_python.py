# SPDX-License-Identifier: GPL-2.0-or-later
"""A stand-in for the archive of python-build-standalone, made from a Python of this machine.

It has the layout of the real archive and runs from any folder. uv reads its address and checksum
from a list of downloads, as from the one inside uv.
"""

import hashlib
import json
import shutil
import subprocess
import tarfile
from pathlib import Path

LEFT_OUT = {"__pycache__", "site-packages", "test", "idlelib", "tkinter", "turtledemo"}


def make_archive(python: Path, version: str, folder: Path) -> Path:
    """Make the archive in `folder`; return the path of the list of downloads."""
    place = "import sys; print(sys.base_prefix, *sys.version_info[:2])"
    found = subprocess.run([python, "-c", place], check=True, capture_output=True, text=True)
    prefix, major, minor = found.stdout.split()
    tree = folder / "tree" / "python"
    copy_installation(Path(prefix), f"python{major}.{minor}", tree)
    archive = folder / f"cpython-{version}-x86_64-unknown-linux-gnu-install_only.tar.gz"
    with tarfile.open(archive, "w:gz", compresslevel=1) as file:
        file.add(tree, "python")
    shutil.rmtree(folder / "tree")
    downloads = folder / "downloads.json"
    downloads.write_text(json.dumps({f"cpython-{version}-linux-x86_64-gnu": row(archive, version)}))
    return downloads


def copy_installation(prefix: Path, name: str, tree: Path) -> None:
    """Copy interpreter and standard library, and let the interpreter find its library."""

    def left_out(_, names):
        return {each for each in names if each in LEFT_OUT or each.endswith(".a")}

    (tree / "bin").mkdir(parents=True)
    shutil.copytree(prefix / "lib" / name, tree / "lib" / name, ignore=left_out)
    (tree / "lib" / name / "site-packages").mkdir()
    for library in prefix.glob("lib/libpython3*.so*"):
        shutil.copy2(library, tree / "lib")
    program = (prefix / "bin" / name).read_bytes()
    old, new = str(prefix / "lib").encode(), b"$ORIGIN/../lib"
    if old in program and len(new) <= len(old):
        program = program.replace(old + b"\0", new.ljust(len(old) + 1, b"\0"))
    (tree / "bin" / name).write_bytes(program)
    (tree / "bin" / name).chmod(0o755)
    for link in ("python", "python3"):
        (tree / "bin" / link).symlink_to(name)


def row(archive: Path, version: str) -> dict:
    """Return the entry of the list of downloads for one archive."""
    major, minor, patch = map(int, version.split("."))
    return {
        "name": "cpython",
        "arch": {"family": "x86_64", "variant": None},
        "os": "linux",
        "libc": "gnu",
        "major": major,
        "minor": minor,
        "patch": patch,
        "prerelease": "",
        "url": archive.as_uri(),
        "sha256": hashlib.sha256(archive.read_bytes()).hexdigest(),
        "variant": None,
        "build": "20261110",
    }
