# SPDX-License-Identifier: GPL-2.0-or-later
"""A machine without a network and without a Python on its PATH, made of Linux namespaces.

The network is a namespace of its own with no interface, and every Python of this machine is hidden
behind an empty folder or file. What stays is one folder with an interpreter, as inside of QGIS.
"""

import os
import shlex
import shutil
import subprocess
from pathlib import Path

NAMES = ("python", "python3", *(f"python3.{minor}" for minor in range(9, 16)))
FOLDERS = ("/usr/bin", "/usr/local/bin", "/bin")


def is_possible() -> bool:
    """Return whether this user may make namespaces."""
    program = shutil.which("unshare")
    if program is None:
        return False
    return subprocess.run([program, "-n", "-m", "true"], check=False).returncode == 0


def run_offline(command, environment, folder):
    """Run `command` on such a machine, in `folder` and with nothing but `environment`."""
    steps = ["mount --make-rprivate /", *map(_hide_folder, _folders_of_pythons())]
    steps += [f"mount --bind /dev/null {each}" for each in _programs()]
    words = [f"{name}={value}" for name, value in environment.items()]
    steps += [f"exec /usr/bin/env -i {shlex.join([*words, *command])}"]
    return subprocess.run(
        ["unshare", "-n", "-m", "/bin/sh", "-ec", "\n".join(steps)],
        check=False,
        cwd=folder,
        capture_output=True,
        text=True,
    )


def _programs() -> list[Path]:
    """Return the files of the system's Pythons, links resolved, as mounts need."""
    found = (Path(folder, name) for folder in FOLDERS for name in NAMES)
    return sorted({each.resolve() for each in found if each.exists() and not _is_hidden(each)})


def _folders_of_pythons() -> list[Path]:
    """Return the folders of other Pythons: of version managers and of the engine's home."""
    home = Path.home()
    candidates = (home / ".pyenv", home / ".orthoscribe", home / ".local" / "share" / "uv")
    return [each for each in candidates if each.is_dir()]


def _is_hidden(path: Path) -> bool:
    return any(folder in path.resolve().parents for folder in _folders_of_pythons())


def _hide_folder(folder: Path) -> str:
    return f"mount -t tmpfs -o size=1m none {shlex.quote(os.fspath(folder))}"
