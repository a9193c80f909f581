# SPDX-License-Identifier: GPL-2.0-or-later
"""Plan of a publication: the final name of each result, and the existing files that it replaces."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from .content import REPORT_ROLE
from .earlier_results import State, describe_output
from .names import LOGS, Naming, is_stale
from .report_records import add_outputs

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from .names import Wanted

PIXEL_DESCRIPTIONS = (".aux.xml", ".ovr")  # invalid once the pixels are replaced
OWN_LOGS = (*LOGS, "-shm")


class Publication(NamedTuple):
    """Plan of the files to publish, and their final names.

    Args:
        paths: final path for each requested path.
        moves: pairs of current and final path.
        replaced: existing files to remove.
        warnings: one message for each file that gets another name or is not written.
    """

    paths: dict[Path, Path]
    moves: list[tuple[Path, Path]]
    replaced: list[Path]
    warnings: tuple[str, ...]


def plan_publication(wanted: Iterable[Wanted]) -> Publication:
    """Choose the final names, and add records of the results to the report.

    Args:
        wanted: results of the job, including those that do not exist.

    Raises:
        OutputError: if the report cannot be completed.
    """
    wanted = tuple(wanted)
    results = tuple(one for one in wanted if one.part.exists())
    naming = Naming(results, frozenset(one.final for one in wanted))
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


def _sidecar_moves(part: Path, path: Path) -> list[tuple[Path, Path]]:
    """Return pairs of current and final path of the sidecar files of a file."""
    own = {part.name + tail for tail in ("", *OWN_LOGS)}
    tails = [
        near.name[len(part.stem) :]
        for near in part.parent.iterdir()
        if near.name.startswith(f"{part.stem}.") and near.name not in own
    ]
    return [(part.with_name(part.stem + tail), path.with_name(path.stem + tail)) for tail in tails]


def _replaced(moves: list[tuple[Path, Path]], naming: Naming) -> list[Path]:
    """Return the existing files to remove: those at final paths, and invalid sidecar files."""
    targets = [target for _, target in moves]
    sidecars = [path.with_name(path.name + tail) for path in targets for tail in PIXEL_DESCRIPTIONS]
    stale = [path for path in sidecars if path.suffix == ".ovr" or _may_go(path, naming)]
    names = dict.fromkeys([*stale, *targets])
    return [path for path in names if path.is_file() or path.is_symlink()]


def _may_go(sidecar: Path, naming: Naming) -> bool:
    """Return whether a sidecar file without successor is unchanged or contains only statistics."""
    return naming.written.state_of(sidecar) is State.OURS or is_stale(sidecar)
