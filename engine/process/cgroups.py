# SPDX-License-Identifier: GPL-2.0-or-later
"""Memory limits of the control groups of this process, set by a container or a service.

Groups are nested, and the tightest limit counts. The usage of a group includes the page cache of
all files it has read. The kernel reclaims it on demand, so it counts as free memory here.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

UNLIMITED_BYTES = 1 << 60  # without a limit, version 1 reports a huge number


class Version(NamedTuple):
    """Files of one version of control groups.

    Args:
        mounts: possible mount points.
        limits: files with a limit in bytes.
        used: file with the used memory in bytes.
        reclaimable: keys of `memory.stat` with memory that the kernel reclaims on demand.
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
    """Return how much more memory all groups of this process allow, or None without limits.

    Args:
        root: root of the file system, replaced in tests.
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
    """Yield the memory groups of this process, as listed in `/proc/self/cgroup`."""
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
    """Return the folders of a group and its parents, up to the mount point.

    In a container the mount point may be the container's own group, although the path is the one
    on the host.
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
    """Return the number in a file, or None if the file is missing or contains "max"."""
    try:
        return int(file.read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None
