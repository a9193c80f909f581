# SPDX-License-Identifier: GPL-2.0-or-later
"""Records of results in the report, by which a later job detects changed files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..protocol import indented_json
from .content import REPORT_ROLE, report_digest
from .destination import writing
from .earlier_results import EARLIER, OUTPUTS, is_same_path

if TYPE_CHECKING:
    from .earlier_results import Written
    from .names import Wanted


def add_outputs(
    report: Wanted, path: Path, outputs: dict[str, dict[str, Any]], written: Written
) -> None:
    """Add the records of the results to a report before it is published.

    Records of the replaced report are kept if their files still exist.

    Args:
        report: report as written by the command.
        path: final path of the report.
        outputs: records of the other results, by role.
        written: records of earlier results.

    Raises:
        OutputError: if the report cannot be written.
    """
    with writing(report.final):
        values = json.loads(report.part.read_text(encoding="utf-8"))
        values[OUTPUTS] = outputs
        values[EARLIER] = _earlier(path, outputs, written)
        entry = {"path": str(path), "bytes": None, "sha256": None}
        entry["content_sha256"] = report_digest(values)
        if path != report.final:
            entry["instead_of"] = str(report.final)
        values[OUTPUTS] = {**outputs, REPORT_ROLE: entry}
        report.part.write_text(indented_json(values), encoding="utf-8")


def _earlier(
    path: Path, outputs: dict[str, dict[str, Any]], written: Written
) -> list[dict[str, Any]]:
    """Return the records of the former report at `path` whose files are kept."""
    new = [Path(entry["path"]) for entry in outputs.values()]
    return [
        entry
        for entry in written.of_report(path)
        if (old := Path(entry["path"])).exists()
        and not is_same_path(old, path)
        and not any(is_same_path(old, each) for each in new)
    ]
