# SPDX-License-Identifier: GPL-2.0-or-later
"""A disk that is nearly full, until a test makes room."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

SIZE_KB = 64_000


class SmallDisk:
    """A disk in memory that is nearly full.

    Args:
        folder: new folder at which it is mounted.
        free_kb: free space.
    """

    def __init__(self, folder: Path, free_kb: int) -> None:
        folder.mkdir()
        self.folder = folder
        mount = ["mount", "-t", "tmpfs", "-o", f"size={SIZE_KB}k", "tmpfs", str(folder)]
        if subprocess.run(mount, capture_output=True, check=False).returncode:
            pytest.skip("Mounting is not allowed here.")
        self._filler = folder / "filler"
        self._filler.write_bytes(bytes((SIZE_KB - free_kb) * 1024))

    def make_room(self) -> None:
        """Remove what fills the disk."""
        self._filler.unlink(missing_ok=True)

    def close(self) -> None:
        """Unmount the disk."""
        subprocess.run(["umount", self.folder], check=True)
