# SPDX-License-Identifier: GPL-2.0-or-later
"""Paths of the `job.json` and `report.json` of a job."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def record_paths(folder: Path, kind: str) -> dict[str, Path]:
    """Return the paths of `job` and `report`, different from those of another kind of job.

    They are `job.json` and `report.json`. If the `job.json` in the folder is of another kind of
    job, or not a job file, they are `<kind>_job.json` and `<kind>_report.json`. So polygons can be
    traced again into the folder of a label job without replacing its job file.
    """
    job = folder / "job.json"
    prefix = "" if _kind_of(job, if_missing=kind) == kind else f"{kind}_"
    return {role: folder / f"{prefix}{role}.json" for role in ("job", "report")}


def _kind_of(job: Path, if_missing: str) -> str | None:
    """Return the kind of a `job.json`, or None if it cannot be read or is not a job file."""
    try:
        return json.loads(job.read_text(encoding="utf-8"))["kind"]
    except FileNotFoundError:
        return if_missing
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        return None
