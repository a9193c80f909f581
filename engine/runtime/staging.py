# SPDX-License-Identifier: GPL-2.0-or-later
"""Staging: results are written beside their destination and appear there all at once.

A file under a final name is always complete. Until then it bears a hidden name that holds the
computer and the process that writes it, so that the next run can tell and remove what a killed
one left behind.
"""

from __future__ import annotations

import hashlib
import os
import platform
import re
import shutil
import uuid
from contextlib import ExitStack
from glob import escape
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from ..protocol import OutputError
from .cleanup import cleaned_up_by, not_interrupted
from .destination import destination_error, is_disk_trouble, writing
from .inputs import input_files, refuse_inputs
from .liveness import is_running

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from typing_extensions import Self

HOST = hashlib.sha256(platform.node().encode()).hexdigest()[:6]
PART = re.compile(r"\..*\.part-(?P<host>[0-9a-f]{6})-(?P<pid>\d+)-[0-9a-f]{6}(\..*)?\Z")
SCRATCH_NAME = "orthoscribe"


class Publication(NamedTuple):
    """What `Staging.publish` did.

    Args:
        paths: where each final path asked for really lies now.
        warnings: a sentence for each one that had to take another name.
    """

    paths: dict[Path, Path]
    warnings: tuple[str, ...]


class Staging:
    """The results of one job, on their way; a context manager.

    Leaving it without `publish` removes everything, and so does ending the process.

    Args:
        folder: where the job's results go; made if it is missing.
        inputs: paths of what the job reads, as in the job; empty ones are ignored.

    Raises:
        OutputError: a destination cannot be written, or the disk is full.
    """

    def __init__(self, folder: Path, inputs: Iterable[str] = ()) -> None:
        """Remember the folder; nothing is written yet."""
        self.folder = Path(folder).absolute()
        self._inputs = input_files(inputs)
        self._staged: dict[Path, Path] = {}
        self._made_folders: list[Path] = []
        self._scratch = self.folder / f".{SCRATCH_NAME}{_mark()}"
        self._cleanup = ExitStack()

    @property
    def scratch(self) -> Path:
        """A folder for whatever is needed only during the job."""
        if not self._scratch.exists():
            self._make_folder(self.folder)
            _remove_leftovers(self.folder)
            with writing(self.folder):
                self._scratch.mkdir()
        return self._scratch

    def aside(self, final: Path) -> Path:
        """Return the path to write what will become `final`: hidden, beside it, same suffix.

        Sidecars named after that path, as `<path>.aux.xml` or with another suffix, come along.

        Raises:
            OutputError: the file cannot be written, or is an input or another result as well.
        """
        final = Path(final).absolute()
        if final in self._staged:
            raise OutputError(f"Two results would be written to {final}: give each its own path.")
        refuse_inputs(final, self._inputs)
        self._make_folder(final.parent)
        _remove_leftovers(final.parent)
        staged = final.with_name(f".{final.stem}{_mark()}{final.suffix}")
        _probe(staged, final)
        self._staged[final] = staged
        return staged

    def publish(self) -> Publication:
        """Give everything its final name, sidecars first, and return the names.

        A destination that another program holds open is left alone; the result is called `_2`.
        """
        paths, warnings = {}, []
        with not_interrupted():
            for final, staged in self._staged.items():
                if not staged.exists():
                    continue
                paths[final] = _move(staged, final)
                if paths[final] != final:
                    warnings.append(
                        f"{final.name} is open in another program, so the new result is "
                        f"{paths[final].name}: close the old one before the next run."
                    )
            self._staged.clear()
        self._made_folders.clear()
        return Publication(paths, tuple(warnings))

    def discard(self) -> None:
        """Remove everything that is not published; may be called again, and from any thread."""
        shutil.rmtree(self._scratch, ignore_errors=True)
        for staged in list(self._staged.values()):
            for path in staged.parent.glob(escape(staged.stem) + ".*"):
                path.unlink(missing_ok=True)
        for folder in reversed(self._made_folders):
            if folder.exists() and not any(folder.iterdir()):
                folder.rmdir()

    def __enter__(self) -> Self:
        self._cleanup.enter_context(cleaned_up_by(self.discard))
        return self

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        with self._cleanup:
            self.discard()
        if error is not None and is_disk_trouble(error):
            raise destination_error(self.folder, error) from error

    def _make_folder(self, folder: Path) -> None:
        missing = [each for each in (folder, *folder.parents) if not each.exists()]
        with writing(folder):
            folder.mkdir(parents=True, exist_ok=True)
        self._made_folders += reversed(missing)


def _mark() -> str:
    """Return what marks a name as unfinished and this process's; no two are the same.

    So results of one stem, `town.tif` and `town.gpkg`, do not pass for sidecars of each other.
    """
    return f".part-{HOST}-{os.getpid()}-{uuid.uuid4().hex[:6]}"


def _probe(path: Path, final: Path) -> None:
    """Find out now, not after hours, whether a file can be made there."""
    with writing(final):
        if final.is_dir():
            raise IsADirectoryError(f"{final.name} is a folder")
        path.touch(exist_ok=False)
        path.unlink()


def _move(staged: Path, final: Path) -> Path:
    """Give a result and its sidecars their final names, or others where that one is in use."""
    path = next(path for path in _candidates(final) if not _is_open_elsewhere(path))
    with writing(final):
        for stale in (path.with_name(path.name + ".aux.xml"), path.with_name(path.name + ".ovr")):
            stale.unlink(missing_ok=True)  # it describes the pixels that are going away
        for sidecar in _sidecars(staged):
            sidecar.replace(path.with_name(path.stem + sidecar.name[len(staged.stem) :]))
        staged.replace(path)
    return path


def _candidates(final: Path) -> Iterator[Path]:
    """Yield the final path, then the names with a number that are free."""
    yield final
    for number in count(2):
        path = final.with_stem(f"{final.stem}_{number}")
        if not path.exists():
            yield path


def _is_open_elsewhere(path: Path) -> bool:
    """Say whether another program works on the file at `path`.

    A GeoPackage in use has a write-ahead log beside it; replacing it would corrupt it. Windows
    refuses to rename a file in use, even to its own name; elsewhere that does nothing.
    """
    if path.with_name(path.name + "-wal").exists():
        return True
    try:
        path.replace(path)
    except FileNotFoundError:
        return False
    except PermissionError:
        return True
    return False


def _sidecars(staged: Path) -> list[Path]:
    """Return the files beside a staged path that are named after it."""
    own = {staged.name + tail for tail in ("", "-wal", "-shm", "-journal")}
    near = staged.parent.glob(escape(staged.stem) + ".*")
    return [path for path in near if path.name not in own]


def _remove_leftovers(folder: Path) -> None:
    """Remove what a killed process of this computer left in `folder`."""
    for path in folder.glob(".*.part-*"):
        part = PART.match(path.name)
        if not part or part["host"] != HOST or is_running(int(part["pid"])):
            continue
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
