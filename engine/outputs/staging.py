# SPDX-License-Identifier: GPL-2.0-or-later
"""Staging: results are written into hidden folders next to their final names, then published.

A file under a final name is always complete.
"""

from __future__ import annotations

from contextlib import ExitStack, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from ..process.cleanup import cleaned_up_by
from ..process.gate import publishing_gate
from ..protocol import OutputError
from .destination import destination_error, is_disk_trouble, writing
from .inputs import input_files, refuse_inputs
from .journal import Move, carry_out
from .leftovers import clear_leftovers
from .names import Wanted
from .publication_plan import plan_publication
from .replacing import flush
from .staging_folder import SCRATCH, StagingFolder

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from typing_extensions import Self

    from .publication_plan import Publication


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
        self._wanted: dict[Path, Wanted] = {}
        self._hidden: dict[Path, StagingFolder] = {}
        self._made_folders: list[Path] = []
        self._cleanup = ExitStack()

    @property
    def scratch(self) -> Path:
        """Folder for temporary files of the job."""
        return self._hidden_in(self.folder).sub_folder(SCRATCH)

    def aside(self, final: Path, *, is_named: bool = False) -> Path:
        """Return the hidden path to write the result `final` to, with the same name.

        Its sidecar files, as `<path>.aux.xml` or with another suffix, are published too.

        Args:
            final: requested path of the result.
            is_named: whether the user chose this path, so that an existing file may be replaced,
                unless it is a result of Orthoscribe that was changed since.

        Raises:
            OutputError: if the file cannot be written, or is also an input or another result.
        """
        final = Path(final).absolute()
        if final in self._wanted:
            raise OutputError(f"Two results would be written to {final}: give each its own path.")
        refuse_inputs(final, self._inputs)
        part = self._hidden_in(final.parent).part_of(final)
        _probe(part, final)
        self._wanted[final] = Wanted(final, part, is_named)
        return part

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
        wanted = [one._replace(role=role_of.get(one.final, "")) for one in self._wanted.values()]
        publication = plan_publication(wanted)
        moves = self._moves_of(publication)
        publishing_gate.enter()
        if self._home:
            carry_out(moves, self._home.journal)
        self._wanted.clear()
        self._made_folders.clear()
        return publication

    def discard(self) -> None:
        """Remove everything that is not published; safe to call repeatedly and from any thread."""
        for hidden in list(self._hidden.values()):
            hidden.remove()
        for folder in reversed(self._made_folders):
            with suppress(OSError):  # it is not empty
                folder.rmdir()

    def __enter__(self) -> Self:
        self._cleanup.enter_context(cleaned_up_by(self.discard))
        return self

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        with self._cleanup:
            self.discard()
        if error is not None and is_disk_trouble(error):
            raise destination_error(self.folder, error) from error

    def _hidden_in(self, folder: Path) -> StagingFolder:
        """Return the staging folder in `folder`."""
        if folder not in self._hidden:
            with writing(folder):
                missing = [each for each in (folder, *folder.parents) if not each.exists()]
                folder.mkdir(parents=True, exist_ok=True)
            self._made_folders += reversed(missing)
            clear_leftovers(folder)
            self._hidden[folder] = StagingFolder(folder, self._home)
        return self._hidden[folder]

    @property
    def _home(self) -> StagingFolder | None:
        """The first staging folder, which gets the journal."""
        return next(iter(self._hidden.values()), None)

    def _moves_of(self, publication: Publication) -> list[Move]:
        """Return the renames in order: existing files first. The new files are flushed."""
        with writing(self.folder):
            for part, _ in publication.moves:
                flush(part)
            former = [
                (path, self._hidden[path.parent].former_of(path)) for path in publication.replaced
            ]
            return [Move.of(*pair) for pair in (*former, *publication.moves)]


def _probe(part: Path, final: Path) -> None:
    """Check at the start of the job, not after hours, that the file can be created."""
    with writing(final):
        if final.is_dir():
            raise IsADirectoryError(f"{final.name} is a folder")
        part.touch()
        part.unlink()
