# SPDX-License-Identifier: GPL-2.0-or-later
"""The curve of a training run: loss, learning rate and validation scores by step, as CSV.

A run that goes on from a checkpoint repeats the steps after it, so their rows are dropped first. A
run that starts over keeps the file of the run before under another name.
"""

from __future__ import annotations

import csv
from itertools import count
from typing import TYPE_CHECKING, Any

from ...outputs.destination import writing
from ...outputs.replacing import replacing

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

NAME = "curve.csv"
COLUMNS = ("step", "stage", "loss", "learning_rate")
VALIDATION = "validation_"  # before the names of scores


class CurveFile:
    """A table with one row per recorded step; each row is in the file when `append` returns.

    Args:
        folder: folder of the file; created if missing.
        scores: names of the validation scores.
        begins: number of steps that were done before this process.

    Raises:
        OutputError: if the file cannot be written.
    """

    def __init__(self, folder: Path, scores: Iterable[str], begins: int) -> None:
        self._path = folder / NAME
        header = [*COLUMNS, *(VALIDATION + name for name in scores)]
        with writing(self._path):
            folder.mkdir(parents=True, exist_ok=True)
            rows = _rows_of(self._path, header)
            if rows is None or (rows and not begins):
                _set_aside(self._path)
            kept = [row for row in rows or () if int(row[0]) <= begins]
            _write(self._path, [header, *kept])
            # It stays open: Windows then refuses programs that would lock it until they close it.
            self._file = self._path.open("a", newline="", encoding="utf-8")
        self._table = csv.DictWriter(self._file, header, restval="", lineterminator="\n")

    def append(
        self, step: int, stage: int, loss: float, rate: float, scores: Mapping[str, float]
    ) -> None:
        """Write the row of a step.

        Args:
            step: number of steps of the whole run so far.
            stage: number of the stage, from 1.
            loss: loss of the step.
            rate: learning rate of the step.
            scores: validation scores by name; empty if the step was not validated.

        Raises:
            OutputError: if the disk is full; then `flush` writes the row when there is space.
        """
        row: dict[str, Any] = {VALIDATION + name: value for name, value in scores.items()}
        row |= {"step": step, "stage": stage, "loss": f"{loss:.6g}", "learning_rate": f"{rate:.6g}"}
        self._table.writerow(row)
        self.flush()

    def flush(self) -> None:
        """Write what could not be written before.

        Raises:
            OutputError: if the disk is full.
        """
        with writing(self._path):
            self._file.flush()

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def _rows_of(path: Path, header: list[str]) -> list[list[str]] | None:
    """Return the complete rows of a curve, or None for a file with other columns."""
    if not path.exists():
        return []
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines(keepends=True)
    found, *rows = csv.reader(line for line in lines if line.endswith("\n")) if lines else [[]]
    if found != header:
        return None
    return [row for row in rows if len(row) == len(header) and row[0].isdecimal()]


def _write(path: Path, rows: Iterable[list[str]]) -> None:
    with replacing(path) as part, part.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)


def _set_aside(path: Path) -> None:
    """Rename a file to the first free name of `curve-1.csv`, `curve-2.csv`, ..."""
    names = (path.with_stem(f"{path.stem}-{number}") for number in count(1))
    path.rename(next(name for name in names if not name.exists()))
