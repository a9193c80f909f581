# SPDX-License-Identifier: GPL-2.0-or-later
"""What a training left in the folder of its model: the report and the page about it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from ..i18n import tr
from ..protocol import FinetuneReport, InputError, OrthoscribeError, finetune_report_from_values

if TYPE_CHECKING:
    from pathlib import Path

REPORT, PAGE = "report.json", "report.html"
ENTRY = "finetuning"


def read_report(folder: Path) -> FinetuneReport:
    """Return the report of a training.

    Raises:
        InputError: if the report is missing or cannot be read.
    """
    try:
        values = json.loads((folder / REPORT).read_text(encoding="utf-8"))
        return finetune_report_from_values(values[ENTRY])
    except (OSError, ValueError, KeyError, TypeError, OrthoscribeError) as error:
        raise InputError(
            tr("The report of the training in {folder} cannot be read: train again.").format(
                folder=folder
            )
        ) from error


def report_page(folder: Path) -> Path:
    """Return the path of the page about a training; the file may be missing."""
    return folder / PAGE
