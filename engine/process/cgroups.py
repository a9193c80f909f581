# SPDX-License-Identifier: GPL-2.0-or-later
"""Control groups: how much memory the container or the service that holds this process may take.

Limits nest, and the tightest one counts. What a group uses includes the page cache of every file
it has read; the kernel gives that up on demand, so it is free memory here.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

UNLIMITED_BYTES = 1 << 60  # version 1 writes a huge number where there is no limit


class Version(NamedTuple):
    """The files of one version of control groups.

    Args:
        mounts: folders where the groups may lie.
        limits: files with a limit in bytes.
        used: file with what is used, in bytes.
        reclaimable: keys of `memory.stat` that the kernel gives up on demand.
    """

    mounts: tuple[str, ...]
    limits: tuple[str, ...]
    used: str
    reclaimable: tuple[str, ...]


ONE = Version(
    ("sys/fs/cgroup/memory",),
    ("memory.limit_in_bytes",),
    "memory.usage_in_bytes",
    ("total_inactive_file", "total_active_file"),
)
TWO = Version(
    ("sys/fs/cgroup", "sys/fs/cgroup/unified"),
    ("memory.max", "memory.high"),
    "memory.current",
    ("inactive_file", "active_file", "slab_reclaimable"),
)


def free_in_groups_bytes(root: Path = Path("/")) -> int | None:
    """Return how much more memory all groups of this process allow; None without any limit.

    Args:
        root: of the file system, another one in tests.
    """
    free = [
        left
        for version, path in _memberships(root)
        for mount in version.mounts
        for group in _with_parents(root / mount, path)
        if (left := _free_bytes(group, version)) is not None
    ]
    return min(free, default=None)


def _memberships(root: Path) -> Iterator[tuple[Version, str]]:
    """Yield the memory groups of this process, as `/proc/self/cgroup` lists them."""
    lines: list[str] = []
    with suppress(OSError, ValueError):
        lines = (root / "proc/self/cgroup").read_text(encoding="utf-8").splitlines()
    for line in lines:
        number, _, rest = line.partition(":")
        controllers, _, path = rest.partition(":")
        if number == "0" and not controllers:
            yield TWO, path
        elif "memory" in controllers.split(","):
            yield ONE, path


def _with_parents(mount: Path, path: str) -> list[Path]:
    """Return the folders of a group and all that hold it, up to the mount.

    A container may see its own group as the mount, whatever path the host calls it by.
    """
    group = mount / path.strip("/")
    return [folder for folder in (group, *group.parents) if folder.is_relative_to(mount)]


def _free_bytes(group: Path, version: Version) -> int | None:
    limits = [limit for name in version.limits if (limit := _number(group / name)) is not None]
    limits = [limit for limit in limits if limit < UNLIMITED_BYTES]
    used = _number(group / version.used)
    if not limits or used is None:
        return None
    return max(0, min(limits) - max(0, used - _reclaimable_bytes(group, version)))


def _reclaimable_bytes(group: Path, version: Version) -> int:
    with suppress(OSError, ValueError):
        lines = (group / "memory.stat").read_text(encoding="ascii").splitlines()
        values = dict(line.split(maxsplit=1) for line in lines if line.strip())
        return sum(int(values.get(key, 0)) for key in version.reclaimable)
    return 0


def _number(file: Path) -> int | None:
    """Return the number in a file; None where there is no such file, or it says "max"."""
    try:
        return int(file.read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None
