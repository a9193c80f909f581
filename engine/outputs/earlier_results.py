# SPDX-License-Identifier: GPL-2.0-or-later
"""Records of earlier results, read from the reports in a folder.

A `report.json` lists path, size and hash of each result under `outputs`. With these records a later
job distinguishes unchanged results, changed results, and files that Orthoscribe did not write.
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
    """State of the file at a path."""

    FREE = "nothing"
    OURS = "a result as it was written"
    CHANGED = "a result that was changed since"
    UNKNOWN = "a result of a version that kept no records"
    FOREIGN = "a file that was not written here"


@dataclass(frozen=True)
class Record:
    """Record of one result.

    Args:
        report: path of the report that contains the record.
        entry: values `path`, `bytes`, `sha256`, and if applicable `content_sha256` and
            `instead_of`.
    """

    report: Path
    entry: dict[str, Any]

    @property
    def path(self) -> Path:
        """Path that the result was written to."""
        return Path(self.entry["path"])

    def is_about(self, path: Path) -> bool:
        """Return whether this is the record of `path`, even if the folder was moved since."""
        moved = self.report.with_name(self.path.name)
        return is_same_path(self.path, path) or is_same_path(moved, path)


class Written:
    """Records of all results in the reports of some folders.

    Args:
        folders: folders with reports, which may have any name with the suffix `.json`.
    """

    def __init__(self, folders: Iterable[Path]) -> None:
        """Read all reports."""
        self._records: list[Record] = []
        self._reports_without_records: set[Path] = set()
        for folder in dict.fromkeys(folders):
            for path in sorted(folder.glob("*.json")):
                if not path.name.startswith("."):  # skip results that are still being written
                    self._read(path)

    def state_of(self, path: Path) -> State:
        """Return the state of the file at `path`."""
        if not path.exists():
            return State.FREE
        records = [record for record in self._records if record.is_about(path)]
        if any(is_as_recorded(path, record.entry) for record in records):
            return State.OURS
        if records:
            return State.CHANGED
        return State.UNKNOWN if path.parent in self._reports_without_records else State.FOREIGN

    def stands_in(self, path: Path, final: Path) -> bool:
        """Return whether `path` was written because `final` could not be replaced."""
        return any(
            is_same_path(Path(record.entry.get("instead_of") or "."), final)
            for record in self._records
            if record.is_about(path)
        )

    def of_report(self, report: Path) -> list[dict[str, Any]]:
        """Return all records of one report."""
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
        part: current path.
        final: final path.
        asked: requested path.
    """
    entry = {"path": str(final), "bytes": part.stat().st_size, "sha256": sha256_of(part)}
    content = content_digest(part)
    if content is not None:
        entry["content_sha256"] = content
    return {**entry, "instead_of": str(asked)} if final != asked else entry


def is_as_recorded(path: Path, entry: dict[str, Any]) -> bool:
    """Return whether the content of the file at `path` is the same as in the record `entry`."""
    try:
        if path.stat().st_size == entry.get("bytes") and sha256_of(path) == entry.get("sha256"):
            return True
    except OSError:  # a file that cannot be read counts as changed
        return False
    content = entry.get("content_sha256")
    return content is not None and content_digest(path) == content


def sha256_of(path: Path, raise_if_stopped: Callable[[], None] = lambda: None) -> str:
    """Return the SHA-256 of a file as 64 hexadecimal digits, using constant memory.

    Args:
        path: path of the file.
        raise_if_stopped: callback before each block is read; may raise to stop.
    """
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK_BYTES):
            raise_if_stopped()
            digest.update(block)
    return digest.hexdigest()


def is_same_path(one: Path, other: Path) -> bool:
    """Return whether two paths are equal, without resolving links."""
    return os.path.normcase(one) == os.path.normcase(other)


def _json_object(path: Path) -> dict[str, Any]:
    """Return the object in a JSON file, or an empty one if the file has none."""
    try:
        if path.stat().st_size > LARGEST_REPORT_BYTES:
            return {}
        values = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return values if isinstance(values, dict) else {}
