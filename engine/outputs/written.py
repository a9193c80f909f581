# SPDX-License-Identifier: GPL-2.0-or-later
"""What was written here: the records that reports keep of their results.

A `report.json` says under `outputs` what each of its job's files was like, so a later job can tell
a result of ours from one that was edited since, and both from a file that is not ours at all.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .content import content_digest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

LARGEST_REPORT_BYTES = 64 << 20
OUTPUTS, EARLIER = "outputs", "earlier_outputs"
REPORT_KEYS = {"kind", "seconds", "versions", "inputs"}  # in any version
_BLOCK_BYTES = 1 << 20


class State(Enum):
    """What lies under a name."""

    FREE = "nothing"
    OURS = "a result as it was written"
    CHANGED = "a result that was changed since"
    UNKNOWN = "a result of a version that kept no records"
    FOREIGN = "a file that was not written here"


@dataclass(frozen=True)
class Record:
    """One entry of a report.

    Args:
        report: that holds it.
        entry: `path`, `bytes`, `sha256`, and where it helps `content_sha256` and `instead_of`.
    """

    report: Path
    entry: dict[str, Any]

    @property
    def path(self) -> Path:
        """Where the result was written."""
        return Path(self.entry["path"])

    def is_about(self, path: Path) -> bool:
        """Return whether this is the record of `path`, even if its folder was moved since."""
        moved = self.report.with_name(self.path.name)
        return is_same_path(self.path, path) or is_same_path(moved, path)


class Written:
    """The results that the reports of some folders know of.

    Args:
        folders: to look for reports in, whatever these are called.
    """

    def __init__(self, folders: Iterable[Path]) -> None:
        """Read all reports."""
        self._records: list[Record] = []
        self._reports_without_records: set[Path] = set()
        for folder in dict.fromkeys(folders):
            for path in sorted(folder.glob("*.json")):
                if not path.name.startswith("."):  # no result that is still being written
                    self._read(path)

    def state_of(self, path: Path) -> State:
        """Return what lies at `path`."""
        if not path.exists():
            return State.FREE
        records = [record for record in self._records if record.is_about(path)]
        if any(is_as_recorded(path, record.entry) for record in records):
            return State.OURS
        if records:
            return State.CHANGED
        return State.UNKNOWN if path.parent in self._reports_without_records else State.FOREIGN

    def stands_in(self, path: Path, final: Path) -> bool:
        """Return whether `path` was written because `final` could not be."""
        return any(
            is_same_path(Path(record.entry.get("instead_of") or "."), final)
            for record in self._records
            if record.is_about(path)
        )

    def of_report(self, report: Path) -> list[dict[str, Any]]:
        """Return all entries of one report."""
        return [record.entry for record in self._records if is_same_path(record.report, report)]

    def _read(self, path: Path) -> None:
        values = _json_object(path)
        if not values.keys() >= REPORT_KEYS:
            return
        outputs, earlier = values.get(OUTPUTS), values.get(EARLIER, [])
        if not isinstance(outputs, dict):
            self._reports_without_records.add(path.parent)
            return
        entries = [*outputs.values(), *(earlier if isinstance(earlier, list) else [])]
        self._records += [
            Record(path, entry)
            for entry in entries
            if isinstance(entry, dict) and isinstance(entry.get("path"), str) and entry["path"]
        ]


def describe_output(part: Path, final: Path, asked: Path) -> dict[str, Any]:
    """Return the record of a result.

    Args:
        part: where it lies now.
        final: where it will lie.
        asked: where it should have come to lie.
    """
    entry = {"path": str(final), "bytes": part.stat().st_size, "sha256": sha256_of(part)}
    content = content_digest(part)
    if content is not None:
        entry["content_sha256"] = content
    return {**entry, "instead_of": str(asked)} if final != asked else entry


def is_as_recorded(path: Path, entry: dict[str, Any]) -> bool:
    """Return whether the file at `path` says what it said when `entry` was written."""
    try:
        if path.stat().st_size == entry.get("bytes") and sha256_of(path) == entry.get("sha256"):
            return True
    except OSError:  # it may not be read, so it is not known to be ours
        return False
    content = entry.get("content_sha256")
    return content is not None and content_digest(path) == content


def sha256_of(path: Path, raise_if_stopped: Callable[[], None] = lambda: None) -> str:
    """Return the hash of a file's content as 64 hexadecimal digits, in constant memory.

    Args:
        path: of the file.
        raise_if_stopped: called before each block; may raise to give up.
    """
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK_BYTES):
            raise_if_stopped()
            digest.update(block)
    return digest.hexdigest()


def is_same_path(one: Path, other: Path) -> bool:
    """Return whether two paths are one, links aside."""
    return os.path.normcase(one) == os.path.normcase(other)


def _json_object(path: Path) -> dict[str, Any]:
    """Return the object in a JSON file; an empty one for anything else."""
    try:
        if path.stat().st_size > LARGEST_REPORT_BYTES:
            return {}
        values = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return values if isinstance(values, dict) else {}
