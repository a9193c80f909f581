# SPDX-License-Identifier: GPL-2.0-or-later
"""QGIS 3.44 in a folder of its own: make Debian 13 there once, then run the plugin's tests in it.

    sudo python3 tests/qgis344.py build/qgis-3.44 -m pytest tests/plugin

It needs root, debootstrap and about 3 GB. The folder is entered by chroot in a mount namespace, so
nothing stays mounted. Packages come from the mirror that apt uses already.
"""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import List

ROOT = Path(__file__).resolve().parents[1]
SUITE = "trixie"
PACKAGES = ("qgis", "python3-qgis", "qgis-providers", "python3-venv", "ca-certificates", "git")
TOOLS = ("pytest", "pytest-qgis", "pytest-qt")  # numpy comes with QGIS
CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt"
COPIED = "/etc/ssl/host.crt"  # a copy, since packages in the folder write to /etc/ssl/certs


def make(folder: Path) -> None:
    """Make the system in `folder`, unless it is there.

    Raises:
        SystemExit: debootstrap is missing, or a step failed.
    """
    if (folder / "ready").exists():
        return
    if shutil.which("debootstrap") is None or os.getuid() != 0:
        sys.exit("QGIS 3.44 needs root and debootstrap: run 'apt-get install debootstrap'.")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    system = folder / "root"
    uri = mirror()
    run(["debootstrap", "--variant=minbase", SUITE, str(system), uri])
    backports = f"deb {uri} {SUITE}-backports main\n"
    (system / "etc/apt/sources.list.d/backports.list").write_text(backports)
    install = f"apt-get install -y -qq --no-install-recommends -t {SUITE}-backports"
    inside(system, f"apt-get update -qq && {install} {' '.join(PACKAGES)}")
    pins = (ROOT / "tests" / "requirements-qgis.txt").read_text().split()
    wanted = [pin for pin in pins if pin.split("=")[0] in TOOLS]
    inside(system, f"python3 -m venv --system-site-packages /venv && {PIP} {' '.join(wanted)}")
    (folder / "ready").touch()


PIP = "/venv/bin/python -m pip install -q --disable-pip-version-check"


def mirror() -> str:
    """Return the address of the mirror of Debian's main component."""
    words = "$(REPO_URI)|$(COMPONENT)|$(ORIGIN)"
    command = ["apt-get", "indextargets", "--format", words, "Created-By: Packages"]
    found = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    rows = [line.split("|") for line in found.splitlines()]
    return next(row[0] for row in rows if row[1:] == ["main", "Debian"])


def inside(system: Path, script: str) -> None:
    """Run a shell script in `system`; the repository has its own path and cannot be changed."""
    repository = system / str(ROOT).lstrip("/")
    repository.mkdir(parents=True, exist_ok=True)
    shutil.copy("/etc/resolv.conf", system / "etc")
    if Path(CERTIFICATES).exists():
        copied = system / COPIED.lstrip("/")
        copied.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(CERTIFICATES, copied)
    place, copy, root = (shlex.quote(str(each)) for each in (ROOT, repository, system))
    steps = [
        "mount --make-rprivate /",
        f"mount --bind {place} {copy}",
        f"mount -o remount,bind,ro {copy}",
        f"mount --rbind /dev {root}/dev",
        f"mount -t proc proc {root}/proc",
        f"exec chroot {root} /bin/sh -ec {shlex.quote(script)}",
    ]
    run(["unshare", "-m", "/bin/sh", "-ec", "\n".join(steps)])


def run(command: List[str]) -> None:
    """Run a command and end with its exit code if it failed."""
    names = ("PIP_CERT", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
    trusted = {name: COPIED for name in names if name in os.environ}
    environment = {**os.environ, **trusted, "DEBIAN_FRONTEND": "noninteractive", "PATH": PATH}
    code = subprocess.run(command, check=False, env=environment).returncode
    if code:
        sys.exit(code)


PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


def main(folder: Path, words: List[str]) -> None:
    """Make the system and run Python in it with `words`."""
    make(folder)
    settings = "QT_QPA_PLATFORM=offscreen XDG_RUNTIME_DIR=/tmp/runtime HOME=/tmp/home"
    steps = ["mkdir -p /tmp/runtime /tmp/home", "chmod 700 /tmp/runtime", f"cd {ROOT}"]
    settings += " PYTHONDONTWRITEBYTECODE=1"
    steps.append(f"unset ORTHOSCRIBE_HOME; {settings} /venv/bin/python {shlex.join(words)}")
    inside(folder / "root", "\n".join(steps))


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    main(Path(sys.argv[1]).absolute(), sys.argv[2:])
