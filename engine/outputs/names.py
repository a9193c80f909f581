# SPDX-License-Identifier: GPL-2.0-or-later
"""Choice of the final name of each result, so that no file that a user changed is replaced.

A new result replaces an unchanged earlier result. A file that was changed since, is open in
another program, or was not written by Orthoscribe is kept, and the new result gets a numbered
name. Results that belong together, as a job and its report, or weights and their card, get the
same number.
"""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, NamedTuple

from .content import NO_CONTENT, content_digest
from .earlier_results import State, Written

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

PARTS = {".shp": (".dbf", ".shx")}  # files that belong to another as one result
LOGS = ("-wal", "-journal")  # of a GeoPackage that is being written
TOGETHER = (("job", "report", "page"), ("weights", "card"))

OPEN = (
    "{old} is open in QGIS or another program, so the new result is {new}: close the old one "
    "before the next run."
)
REASONS = {
    State.CHANGED: "{old} was changed after it was written, so the new result is {new}.",
    State.UNKNOWN: (
        "{old} was written by an earlier version, which does not record whether it was changed "
        "since, so the new result is {new}."
    ),
    State.FOREIGN: "{old} was not written by Orthoscribe, so the new result is {new}.",
}
PARTNER = "{old} is kept, and {new} belongs to the new result with the same number."
KEPT_SIDECAR = "{old} is kept, because {why}; the new one was not written."
WHY_KEPT = {
    State.CHANGED: "it was changed after it was written",
    State.UNKNOWN: "an earlier version did not record whether it was changed",
    State.FOREIGN: "it was not written by Orthoscribe",
}


class Wanted(NamedTuple):
    """A result that needs a final name.

    Args:
        final: requested path.
        part: current path.
        is_named: whether the user chose this path, so that an existing file may be replaced.
        role: role of the result in the job; empty if it has none.
    """

    final: Path
    part: Path
    is_named: bool = False
    role: str = ""


class Naming:
    """Chooses final names, given the records of earlier results.

    Args:
        wanted: all existing results of the job.
        reserved: final paths of all results of the job, including those that do not exist.
    """

    def __init__(self, wanted: tuple[Wanted, ...], reserved: frozenset[Path]) -> None:
        """Read the reports in the folders of the results."""
        self._wanted, self._reserved = wanted, reserved
        folders = [one.final.parent for one in wanted]
        self.written = Written(folders)
        self.warnings: list[str] = []

    def names(self) -> dict[Path, Path]:
        """Return the final path for each requested path; explain changes in `warnings`."""
        names: dict[Path, Path] = {}
        for family in _families(self._wanted):
            number = next(each for each in count(1) if self._is_free(family, each, names))
            chosen = {one.final: numbered(one.final, number) for one in family}
            names |= chosen
            if number > 1:
                self._explain(family, chosen)
        return {one.final: names[one.final] for one in self._wanted}

    def keeps_sidecar(self, path: Path) -> bool:
        """Return whether the style or category names at `path` must be kept; warn if so."""
        state = self.written.state_of(path)
        if state in (State.FREE, State.OURS) or is_stale(path):
            return False
        self.warnings.append(KEPT_SIDECAR.format(old=path.name, why=WHY_KEPT[state]))
        return True

    def _is_free(self, family: list[Wanted], number: int, names: Mapping[Path, Path]) -> bool:
        taken = {*names.values(), *(self._reserved - {one.final for one in family})}
        return all(self._may_take(one, number, taken) for one in family)

    def _may_take(self, one: Wanted, number: int, taken: set[Path]) -> bool:
        path = numbered(one.final, number)
        if number == 1:
            return not is_open_elsewhere(path) and self._obstacle(one) is None
        if path in taken or is_open_elsewhere(path):
            return False
        state = self._state_of(path)
        is_earlier_one = state is State.OURS and self.written.stands_in(path, one.final)
        return state is State.FREE or is_earlier_one

    def _obstacle(self, one: Wanted) -> State | None:
        """Return why the file at the requested path must be kept, or None if it may be replaced."""
        state = self._state_of(one.final)
        if state in (State.FREE, State.OURS):
            return None
        if state is not State.CHANGED and one.is_named:
            return None
        content = content_digest(one.part)
        if content is not None and content == content_digest(one.final):
            return None  # the new file has the same content
        return state

    def _state_of(self, path: Path) -> State:
        """Return the state of a result, which counts as changed if one of its parts was."""
        state = self.written.state_of(path)
        parts = (path.with_suffix(suffix) for suffix in PARTS.get(path.suffix, ()))
        found = (self.written.state_of(part) for part in parts)
        return next(
            (each for each in (state, *found) if each not in (State.FREE, State.OURS)), state
        )

    def _explain(self, family: list[Wanted], names: Mapping[Path, Path]) -> None:
        for one in family:
            old, new = one.final.name, names[one.final].name
            if is_open_elsewhere(one.final):
                sentence = OPEN
            elif (state := self._obstacle(one)) is not None:
                sentence = REASONS[state]
            elif one.final.exists():
                sentence = PARTNER
            else:
                continue
            self.warnings.append(sentence.format(old=old, new=new))


def numbered(final: Path, number: int) -> Path:
    """Return the path with a number in its name; number 1 is not shown."""
    return final if number == 1 else final.with_stem(f"{final.stem}_{number}")


def is_stale(path: Path) -> bool:
    """Return whether a sidecar file contains only statistics, which the new pixels invalidate."""
    return content_digest(path) == NO_CONTENT


def is_open_elsewhere(path: Path) -> bool:
    """Return whether another program has opened the file at `path`.

    A GeoPackage in use has a log next to it, and would be corrupted if it were replaced. Windows
    refuses to rename a file in use, even to its own name; on other systems this has no effect.
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


def _families(wanted: tuple[Wanted, ...]) -> Iterator[list[Wanted]]:
    """Yield groups of results that get the same number; most groups have one result."""
    families: dict[object, list[Wanted]] = {}
    for one in wanted:
        kind, _, which = one.role.partition("_")
        group = next((roles for roles in TOGETHER if kind in roles), None)
        key = one.final if group is None else (group, which, one.final.parent)
        families.setdefault(key, []).append(one)
    yield from families.values()
