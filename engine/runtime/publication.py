# SPDX-License-Identifier: GPL-2.0-or-later
"""Publication: all results get their final names, or none does.

No file system renames many files at once. So every final name is chosen first, the former
results step aside, the new ones step in, and only then are the former ones removed. Whatever goes
wrong before that is undone step by step.
"""

from __future__ import annotations

from contextlib import ExitStack, suppress
from glob import escape
from itertools import count
from typing import TYPE_CHECKING, NamedTuple

from .destination import writing
from .leftovers import former_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from pathlib import Path

DESCRIPTIONS = (".aux.xml", ".ovr")  # of pixels: stale as soon as these are replaced
LOGS = ("-wal", "-journal")  # of a GeoPackage that somebody is writing
OWN_LOGS = (*LOGS, "-shm")


class Publication(NamedTuple):
    """What was published.

    Args:
        paths: where each final path asked for really lies now.
        warnings: a sentence for each one that had to take another name.
    """

    paths: dict[Path, Path]
    warnings: tuple[str, ...]


def publish_all(staged: Mapping[Path, Path]) -> Publication:
    """Give files and their sidecars their final names.

    A final name that another program holds open is left alone; the result is called `_2`.

    Args:
        staged: the file that is to become each final path; those that do not exist are skipped.

    Raises:
        OutputError: a file cannot be renamed; all former results are back in their places.
    """
    paths: dict[Path, Path] = {}
    moves: list[tuple[Path, Path]] = []
    for final, part in staged.items():
        if part.exists():
            taken = {*staged, *paths.values()} - {final}
            paths[final] = next(
                path for path in _candidates(final, taken) if not _is_open_elsewhere(path)
            )
            moves += _moves(part, paths[final])
    _swap(moves, _replaced(moves, paths.values()))
    warnings = [_sentence(final, path) for final, path in paths.items() if path != final]
    return Publication(paths, tuple(warnings))


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


def _moves(part: Path, path: Path) -> list[tuple[Path, Path]]:
    """Return the renames that put a file and its sidecars into place, the sidecars first."""
    own = {part.name + tail for tail in ("", *OWN_LOGS)}
    sidecars = [near for near in part.parent.glob(escape(part.stem) + ".*") if near.name not in own]
    return [
        *((near, path.with_name(path.stem + near.name[len(part.stem) :])) for near in sidecars),
        (part, path),
    ]


def _replaced(moves: list[tuple[Path, Path]], paths: Collection[Path]) -> list[Path]:
    """Return the files that have to go: under the names that are needed, and stale ones."""
    stale = [path.with_name(path.name + tail) for path in paths for tail in DESCRIPTIONS]
    names = dict.fromkeys([*stale, *(target for _, target in moves)])
    return [path for path in names if path.is_file() or path.is_symlink()]


def _candidates(final: Path, taken: Collection[Path]) -> Iterator[Path]:
    """Yield the final path, then the names with a number that are free."""
    yield final
    for number in count(2):
        path = final.with_stem(f"{final.stem}_{number}")
        if path not in taken and not path.exists():
            yield path


def _is_open_elsewhere(path: Path) -> bool:
    """Say whether another program works on the file at `path`.

    A GeoPackage in use has a log beside it; replacing it would corrupt it. Windows refuses to
    rename a file in use, even to its own name; elsewhere that does nothing.
    """
    if any(path.with_name(path.name + tail).exists() for tail in LOGS):
        return True
    try:
        path.replace(path)
    except FileNotFoundError:
        return False
    except PermissionError:
        return True
    return False


def _sentence(final: Path, path: Path) -> str:
    return (
        f"{final.name} is open in another program, so the new result is {path.name}: close the "
        "old one before the next run."
    )
