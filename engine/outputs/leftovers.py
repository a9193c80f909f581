# SPDX-License-Identifier: GPL-2.0-or-later
"""Leftovers: hidden files of killed processes, and their removal.

A result that is being written has a hidden `part` name, a result that is being replaced a hidden
`former` name. Both contain an identifier of the computer and the process ID, so the next run
recognizes the files of killed processes: it removes the parts and renames the former results back.
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
    """Return six hexadecimal digits that identify the system in which the process ID is valid.

    The name of the computer is not sufficient: many are called `localhost`, and containers of the
    same image may have the same name and share a disk. So the boot ID of the kernel and the PID
    namespace of the container are included; outside Linux only the name is available. Leftovers
    from before a restart are not removed, since they cannot be distinguished from those of another
    computer.
    """
    place = [platform.node()]
    with suppress(OSError):
        place.append(boot_id.read_text(encoding="ascii").strip())
    with suppress(OSError):
        place.append(os.readlink(pid_namespace))  # noqa: PTH115, the target is not a path
    return hashlib.sha256("\n".join(place).encode()).hexdigest()[:6]


HOST = mark_of_host()


def part_of(final: Path) -> Path:
    """Return a unique hidden path next to `final`, with the same suffix.

    Results with the same stem, such as `town.tif` and `town.gpkg`, get different stems, so that
    they are not taken for sidecar files of each other.
    """
    return final.with_name(f".{final.stem}.part-{_mark()}{final.suffix}")


def former_of(final: Path) -> Path:
    """Return a unique hidden path next to `final` for the existing file."""
    return final.with_name(f".{final.name}.former-{_mark()}")


def clear_leftovers(folder: Path) -> None:
    """Remove parts that killed processes left in `folder`, and rename former results back."""
    for path in list(folder.glob(".*-*-*")):
        former = FORMER.match(path.name)
        owner = former or PART.match(path.name)
        if not owner or owner["host"] != HOST or is_running(int(owner["pid"])):
            continue
        if former and not (folder / former["name"]).exists():
            with suppress(OSError):  # another run has already renamed it
                path.rename(folder / former["name"])
        elif path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def others_at_work_in(folder: Path) -> tuple[int, ...]:
    """Return the IDs of other running processes of this computer that write into `folder`."""
    owners = (PART.match(path.name) for path in folder.glob(".*-*-*"))
    numbers = {int(owner["pid"]) for owner in owners if owner and owner["host"] == HOST}
    return tuple(sorted(pid for pid in numbers - {os.getpid()} if is_running(pid)))


def _mark() -> str:
    return f"{HOST}-{os.getpid()}-{uuid.uuid4().hex[:6]}"
