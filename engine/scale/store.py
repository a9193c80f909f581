# SPDX-License-Identifier: GPL-2.0-or-later
"""Store of parts: a folder that all workers share, in which each part is all there or not at all.

A part is written under a name of its own, renamed, and then gets a marker with the sizes of its
files. So two workers may write the same part, a killed one leaves nothing that counts, and a second
start finds what is done.
"""

from __future__ import annotations

import json
import shutil
import uuid
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..outputs.destination import writing
from ..protocol import FileLock, JobError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from typing_extensions import Self

FOLDER = "label-parts"  # in the output folder, removed when the results are published
KEY, LOCK = "key.txt", "lock"


class PartStore:
    """Folder of the parts of one run.

    Args:
        folder: path of the folder.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = Path(folder)

    def file(self, name: str) -> Path:
        """Return the path of a file in the store."""
        return self.folder / name

    def is_done(self, name: str) -> bool:
        """Return whether a part is complete, by its marker and the sizes of its files."""
        try:
            sizes = json.loads(self._marker(name).read_text(encoding="utf-8"))["files"]
            return all(self.file(each).stat().st_size == size for each, size in sizes.items())
        except (OSError, ValueError, KeyError):
            return False

    def marks(self, name: str) -> dict[str, Any]:
        """Return what the marker of a complete part records."""
        found: dict[str, Any] = json.loads(self._marker(name).read_text(encoding="utf-8"))
        return found

    def scratch(self) -> Path:
        """Return a new folder for a part that is being written.

        Raises:
            OutputError: if the folder cannot be made.
        """
        path = self.folder / f"unfinished-{uuid.uuid4().hex[:12]}"
        with writing(path):
            path.mkdir()
        return path

    def finish(self, name: str, files: Iterable[Path], facts: Mapping[str, Any]) -> None:
        """Rename the files of a part to their final names, and mark the part as done.

        Args:
            name: name of the part.
            files: files in one scratch folder.
            facts: further entries of the marker.

        Raises:
            OutputError: if a file cannot be renamed.
        """
        files = list(files)
        sizes = {path.name: path.stat().st_size for path in files}
        with writing(self.folder):
            for path in files:
                path.replace(self.file(path.name))
            marker = files[0].parent / "marker"
            marker.write_text(json.dumps({"files": sizes, **facts}), encoding="utf-8")
            marker.replace(self._marker(name))

    def _marker(self, name: str) -> Path:
        return self.folder / f"{name}.done"


class OwnedStore(PartStore):
    """The store of a run, held by the process that coordinates it; a context manager.

    Args:
        output: output folder of the job.
        key: hash of everything that the parts depend on; parts of another key are removed.
    """

    def __init__(self, output: Path, key: str) -> None:
        super().__init__(output / FOLDER)
        self._key = key
        self._lock: FileLock | None = None
        self.has_other_parts = False

    def __enter__(self) -> Self:
        """Make the folder, or take it over.

        Raises:
            JobError: if another run works in the folder.
            OutputError: if the folder cannot be made.
        """
        with writing(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
            self._lock = FileLock(self.folder / LOCK)
            self._lock.__enter__()
            self._refuse_other_run(self._lock)
            self._clear_other_parts()
        return self

    def __exit__(self, *_: object) -> None:
        if self._lock is not None:
            self._lock.close()

    def remove(self) -> None:
        """Remove the folder, when the results of the job are published."""
        if self._lock is not None:
            self._lock.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _refuse_other_run(self, lock: FileLock) -> None:
        with suppress(OSError):  # the disk has no locks
            if not lock.acquire():
                raise JobError(
                    f"Another run is working in {self.folder}: wait for its end, or choose another "
                    "output folder."
                )

    def _clear_other_parts(self) -> None:
        key = self.folder / KEY
        former = key.read_text(encoding="utf-8") if key.exists() else ""
        self.has_other_parts = bool(former) and former != self._key
        for path in self.folder.iterdir():
            if former != self._key and path.name != LOCK:
                shutil.rmtree(path) if path.is_dir() else path.unlink()
        key.write_text(self._key, encoding="utf-8")
