# SPDX-License-Identifier: GPL-2.0-or-later
"""Publication: all results get their final names, or none does.

No file system renames many files at once. So every final name is chosen first, the former
results step aside, the new ones step in, and only then are the former ones removed. Whatever goes
wrong before that is undone step by step.
"""

from __future__ import annotations

from contextlib import ExitStack, suppress
from glob import escape
from typing import TYPE_CHECKING, NamedTuple

from .content import REPORT_ROLE
from .destination import writing
from .leftovers import former_of
from .names import LOGS, Naming, is_stale
from .records import add_outputs
from .written import State, describe_output

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from .names import Wanted

PIXEL_DESCRIPTIONS = (".aux.xml", ".ovr")  # stale as soon as the pixels are replaced
OWN_LOGS = (*LOGS, "-shm")


class Publication(NamedTuple):
    """What is to be published, and under which names.

    Args:
        paths: where each final path asked for comes to lie.
        moves: renames that put everything into place.
        replaced: files that have to go.
        warnings: a sentence for each file that takes another name or is not written.
    """

    paths: dict[Path, Path]
    moves: list[tuple[Path, Path]]
    replaced: list[Path]
    warnings: tuple[str, ...]

    def carry_out(self) -> None:
        """Give files and their sidecars their final names.

        Raises:
            OutputError: a file cannot be renamed; all former results are back in their places.
        """
        _swap(self.moves, self.replaced)


def plan_publication(wanted: Iterable[Wanted], reserved: Iterable[Path]) -> Publication:
    """Choose the final names, and record in the report what comes to lie under them.

    Args:
        wanted: the results; those that do not exist are skipped.
        reserved: final paths of all results of the job.

    Raises:
        OutputError: the report cannot be completed.
    """
    results = tuple(one for one in wanted if one.part.exists())
    naming = Naming(results, frozenset(reserved))
    paths = naming.names()
    moves: list[tuple[Path, Path]] = []
    outputs: dict[str, dict[str, object]] = {}
    for one in results:
        path = paths[one.final]
        for part, target in _sidecar_moves(one.part, path):
            if naming.keeps_sidecar(target):
                continue
            moves.append((part, target))
            tail = target.name[len(path.stem) :]
            outputs[f"{one.role}{tail}"] = describe_output(part, target, target)
        moves.append((one.part, path))
        if one.role != REPORT_ROLE:
            outputs[one.role] = describe_output(one.part, path, one.final)
    for one in results:
        if one.role == REPORT_ROLE:
            add_outputs(one, paths[one.final], outputs, naming.written)
    return Publication(paths, moves, _replaced(moves, naming), tuple(naming.warnings))


def _swap(moves: list[tuple[Path, Path]], replaced: list[Path]) -> None:
    """Rename what is replaced out of the way, then everything into place, or undo it all."""
    formers = {path: former_of(path) for path in replaced}
    with ExitStack() as undo:
        for path, former in formers.items():
            with writing(path):
                path.replace(former)
            undo.callback(_rename_back, former, path)
        for part, path in moves:
            with writing(path):
                part.replace(path)
            undo.callback(_rename_back, path, part)
        undo.pop_all()
    for former in formers.values():
        with suppress(OSError):  # the next run removes it
            former.unlink()


def _rename_back(path: Path, original: Path) -> None:
    """Undo a rename; one that fails keeps no other from being undone."""
    with suppress(OSError):
        path.replace(original)


def _sidecar_moves(part: Path, path: Path) -> list[tuple[Path, Path]]:
    """Return the renames that put the sidecars of a file into place."""
    own = {part.name + tail for tail in ("", *OWN_LOGS)}
    sidecars = [near for near in part.parent.glob(escape(part.stem) + ".*") if near.name not in own]
    return [(near, path.with_name(path.stem + near.name[len(part.stem) :])) for near in sidecars]


def _replaced(moves: list[tuple[Path, Path]], naming: Naming) -> list[Path]:
    """Return the files that have to go: under the names that are needed, and stale ones."""
    targets = [target for _, target in moves]
    beside = [path.with_name(path.name + tail) for path in targets for tail in PIXEL_DESCRIPTIONS]
    stale = [path for path in beside if path.suffix == ".ovr" or _may_go(path, naming)]
    names = dict.fromkeys([*stale, *targets])
    return [path for path in names if path.is_file() or path.is_symlink()]


def _may_go(sidecar: Path, naming: Naming) -> bool:
    """Return whether a sidecar that gets no successor is ours, or nothing but statistics."""
    return naming.written.state_of(sidecar) is State.OURS or is_stale(sidecar)
