# SPDX-License-Identifier: GPL-2.0-or-later
"""Staging: results are written next to their destinations and then published together.

A file under a final name is always complete. Until then it has a hidden name with identifiers of
the computer and the process, by which the next run recognizes files that a killed process left.
"""

from __future__ import annotations

import shutil
from contextlib import ExitStack
from glob import escape
from pathlib import Path
from typing import TYPE_CHECKING

from ..process.cleanup import cleaned_up_by
from ..process.gate import publishing_gate
from ..protocol import OutputError
from .destination import destination_error, is_disk_trouble, writing
from .inputs import input_files, refuse_inputs
from .leftovers import clear_leftovers, part_of
from .names import Wanted
from .publication import plan_publication

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from typing_extensions import Self

    from .publication import Publication

SCRATCH_NAME = "orthoscribe"


class Staging:
    """Unpublished results of one job, as a context manager.

    All results are removed if the context or the process ends without `publish`.

    Args:
        folder: folder of the results; created if it is missing.
        inputs: paths of the inputs, as in the job; empty ones are ignored.

    Raises:
        OutputError: if a destination cannot be written, or the disk is full.
    """

    def __init__(self, folder: Path, inputs: Iterable[str] = ()) -> None:
        """Store the paths; nothing is written yet."""
        self.folder = Path(folder).absolute()
        self._inputs = input_files(inputs)
        self._staged: dict[Path, Path] = {}
        self._named: set[Path] = set()
        self._made_folders: list[Path] = []
        self._scratch = part_of(self.folder / SCRATCH_NAME)
        self._cleanup = ExitStack()

    @property
    def scratch(self) -> Path:
        """Folder for temporary files of the job."""
        if not self._scratch.exists():
            self._make_folder(self.folder)
            clear_leftovers(self.folder)
            with writing(self.folder):
                self._scratch.mkdir()
        return self._scratch

    def aside(self, final: Path, *, is_named: bool = False) -> Path:
        """Return the hidden path to write the result `final` to, next to it with the same suffix.

        Sidecar files of that path, as `<path>.aux.xml` or with another suffix, are published too.

        Args:
            final: requested path of the result.
            is_named: whether the user chose this path, so that an existing file may be replaced,
                unless it is a result of Orthoscribe that was changed since.

        Raises:
            OutputError: if the file cannot be written, or is also an input or another result.
        """
        final = Path(final).absolute()
        if final in self._staged:
            raise OutputError(f"Two results would be written to {final}: give each its own path.")
        refuse_inputs(final, self._inputs)
        self._make_folder(final.parent)
        clear_leftovers(final.parent)
        staged = part_of(final)
        _probe(staged, final)
        self._staged[final] = staged
        if is_named:
            self._named.add(final)
        return staged

    def publish(self, roles: Mapping[str, Path] | None = None) -> Publication:
        """Rename all results to their final names, or none of them, and return the names.

        Files that were changed, are open in another program, or were not written by Orthoscribe
        are kept; the result then gets a numbered name such as `classes_2.tif`. From the first
        rename on, the process is not ended before the job is over.

        Args:
            roles: requested path by role; records of the results are added to the `report`.

        Raises:
            OutputError: if a file cannot be renamed; the former results are restored.
        """
        role_of = {final.absolute(): role for role, final in (roles or {}).items()}
        wanted = [
            Wanted(final, part, final in self._named, role_of.get(final, ""))
            for final, part in self._staged.items()
        ]
        publication = plan_publication(wanted, self._staged)
        publishing_gate.enter()
        publication.carry_out()
        self._staged.clear()
        self._made_folders.clear()
        return publication

    def discard(self) -> None:
        """Remove everything that is not published; safe to call repeatedly and from any thread."""
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
        with writing(folder):
            missing = [each for each in (folder, *folder.parents) if not each.exists()]
            folder.mkdir(parents=True, exist_ok=True)
        self._made_folders += reversed(missing)


def _probe(path: Path, final: Path) -> None:
    """Check at the start of the job, not after hours, that the file can be created."""
    with writing(final):
        if final.is_dir():
            raise IsADirectoryError(f"{final.name} is a folder")
        path.touch(exist_ok=False)
        path.unlink()
