# SPDX-License-Identifier: GPL-2.0-or-later
"""Leftovers: hidden names say whose files they are, so that those of the dead can be cleared away.

A result that is being written bears a `part` name, a former result that is being replaced a
`former` name. Both hold the computer and the process at work. Whatever a killed process left is
found by the next run: parts are removed, former results get their names back.
"""

from __future__ import annotations

import hashlib
import os
import platform
import re
import shutil
import uuid
from contextlib import suppress
from pathlib import Path

from .liveness import is_running

BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
PID_NAMESPACE = Path("/proc/self/ns/pid")
_OWNER = r"(?P<host>[0-9a-f]{6})-(?P<pid>\d+)-[0-9a-f]{6}"
PART = re.compile(rf"\..*\.part-{_OWNER}(\..*)?\Z")
FORMER = re.compile(rf"\.(?P<name>.*)\.former-{_OWNER}\Z")


def mark_of_host(boot_id: Path = BOOT_ID, pid_namespace: Path = PID_NAMESPACE) -> str:
    """Return six digits for the place where this process's number means something.

    The name of the computer is not enough: many are called `localhost`, and containers of one
    image share theirs, on one shared disk. Each start of a kernel has its own id, and each
    container its own count of processes. Outside Linux the name has to do. After a restart the
    leftovers of the time before stay, since nobody can tell them from those of another computer.
    """
    place = [platform.node()]
    with suppress(OSError):
        place.append(boot_id.read_text(encoding="ascii").strip())
    with suppress(OSError):
        place.append(os.readlink(pid_namespace))  # noqa: PTH115, it is no path
    return hashlib.sha256("\n".join(place).encode()).hexdigest()[:6]


HOST = mark_of_host()


def part_of(final: Path) -> Path:
    """Return a hidden path beside `final`, with its suffix, that nobody else uses.

    Results of one stem, `town.tif` and `town.gpkg`, get stems of their own, so that they do not
    pass for sidecars of each other.
    """
    return final.with_name(f".{final.stem}.part-{_mark()}{final.suffix}")


def former_of(final: Path) -> Path:
    """Return a hidden path beside `final` for the file that is there now."""
    return final.with_name(f".{final.name}.former-{_mark()}")


def clear_leftovers(folder: Path) -> None:
    """Remove what a killed process of this computer left in `folder`, or give it its name back."""
    for path in list(folder.glob(".*-*-*")):
        former = FORMER.match(path.name)
        owner = former or PART.match(path.name)
        if not owner or owner["host"] != HOST or is_running(int(owner["pid"])):
            continue
        if former and not (folder / former["name"]).exists():
            with suppress(OSError):  # another run was faster
                path.rename(folder / former["name"])
        elif path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def others_at_work_in(folder: Path) -> tuple[int, ...]:
    """Return the numbers of other running processes of this computer that write into `folder`."""
    owners = (PART.match(path.name) for path in folder.glob(".*-*-*"))
    numbers = {int(owner["pid"]) for owner in owners if owner and owner["host"] == HOST}
    return tuple(sorted(pid for pid in numbers - {os.getpid()} if is_running(pid)))


def _mark() -> str:
    return f"{HOST}-{os.getpid()}-{uuid.uuid4().hex[:6]}"
