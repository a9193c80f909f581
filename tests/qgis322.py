# SPDX-License-Identifier: GPL-2.0-or-later
"""QGIS 3.22 beside an installed newer one: fetch it once, then run a command in it.

    python3 tests/qgis322.py build/qgis-3.22 build/qgis-venv/bin/python -m pytest tests/plugin

Debian 12 carries 3.22.16. Its packages are unpacked into a folder, without root and without
touching what is installed. Libraries that both versions need come from the installed one;
PACKAGES also holds the two that only 3.22 needs. Standard library only.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Dict, List

VERSION = "3.22.16"
REVISION = f"{VERSION}+dfsg-1"
PARTS = ("core", "gui", "analysis", "app", "3d", "native", "server")
PACKAGES = (
    f"qgis={REVISION}",
    f"qgis-common={REVISION}",
    f"qgis-providers={REVISION}",
    f"qgis-providers-common={REVISION}",
    f"python3-qgis={REVISION}",
    f"python3-qgis-common={REVISION}",
    f"libqgispython{VERSION}={REVISION}",
    *(f"libqgis-{part}{VERSION}={REVISION}" for part in PARTS),
    "python3-future",
    "python3-httplib2",
)


def _download(debs: Path) -> None:
    """Download the packages; once more with fresh package lists where it fails.

    Raises:
        SystemExit: this machine's package sources do not have them.
    """
    download = ["apt-get", "-qq", "download", *PACKAGES]
    if subprocess.run(download, cwd=debs, check=False).returncode == 0:
        return
    subprocess.run(["apt-get", "-qq", "update"], check=False)
    if subprocess.run(download, cwd=debs, check=False).returncode:
        sys.exit(
            f"The package sources of this machine do not give QGIS {REVISION}: it is in Debian 12. "
            "If they should, run 'apt-get update' as root and try again."
        )


def fetch(folder: Path) -> None:
    """Unpack QGIS 3.22 into `folder`, unless it is there.

    Raises:
        SystemExit: this machine's package sources do not have it.
    """
    ready = folder / "ready"
    if ready.exists() and ready.read_text() == "\n".join(PACKAGES):
        return
    shutil.rmtree(folder, ignore_errors=True)
    debs = folder / "debs"
    debs.mkdir(parents=True)
    print(f"Fetching QGIS {VERSION} into {folder} (100 MB) ...", file=sys.stderr)  # noqa: T201
    _download(debs)
    for deb in sorted(debs.glob("*.deb")):
        subprocess.run(["dpkg", "-x", str(deb), str(folder / "root")], check=True)
    shutil.rmtree(debs)
    ready.write_text("\n".join(PACKAGES))


def environment(folder: Path) -> Dict[str, str]:
    """Return our environment, changed so that programs and Python find QGIS 3.22 in `folder`."""
    usr = folder.absolute() / "root" / "usr"
    python_path = (
        usr / "lib/python3/dist-packages",
        usr / "share/qgis/python",
        usr / "share/qgis/python/plugins",
    )
    return {
        **os.environ,
        "PATH": f"{usr / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "LD_LIBRARY_PATH": f"{usr / 'lib'}:{usr / 'lib/x86_64-linux-gnu'}",
        "PYTHONPATH": os.pathsep.join(map(str, python_path)),
        "QGIS_PREFIX_PATH": str(usr),
        "QGIS_CUSTOM_CONFIG_PATH": str(folder.absolute() / "profile"),
    }


def main(folder: Path, command: List[str]) -> None:
    """Fetch QGIS 3.22 and become `command` in it."""
    fetch(folder)
    if command:
        os.execvpe(command[0], command, environment(folder))


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    main(Path(sys.argv[1]), sys.argv[2:])
