# SPDX-License-Identifier: GPL-2.0-or-later
"""Records: where a job leaves what repeats it and what came of it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def record_paths(folder: Path, kind: str) -> dict[str, Path]:
    """Return where a follow-up job writes its `job` and `report`, sparing those of another kind.

    They are `job.json` and `report.json`. If the folder's `job.json` is of another kind of job,
    or nothing this engine wrote, they are `<kind>_job.json` and `<kind>_report.json`: polygons
    may be traced again into the folder of a label job, whose labels stay repeatable.
    """
    job = folder / "job.json"
    prefix = "" if _kind_of(job, if_missing=kind) == kind else f"{kind}_"
    return {role: folder / f"{prefix}{role}.json" for role in ("job", "report")}


def _kind_of(job: Path, if_missing: str) -> str | None:
    """Return the kind of a `job.json`; None for what cannot be read or is no such file."""
    try:
        return json.loads(job.read_text(encoding="utf-8"))["kind"]
    except FileNotFoundError:
        return if_missing
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        return None
