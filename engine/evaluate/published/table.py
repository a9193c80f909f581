# SPDX-License-Identifier: GPL-2.0-or-later
"""Published tables with methods in rows and numbers in columns, as printed in the papers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

ABSENT = "-"  # missing number in a printed table


class PublishedRow(NamedTuple):
    """Row of one method.

    Args:
        method: name of the method in the paper.
        architecture: architecture name in the catalog, or empty.
        values: printed values, None where missing.
    """

    method: str
    architecture: str
    values: tuple[float | None, ...]


@dataclass(frozen=True)
class PublishedTable:
    """Table of a paper.

    Args:
        paper: authors of the paper.
        name: name of the table or section in the paper.
        title: description of the numbers and the data they were measured on.
        columns: names of the columns.
        rows: rows of the methods.
        classes: number of leading columns that are land cover classes whose mean is a column.
    """

    paper: str
    name: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[PublishedRow, ...]
    classes: int = 0

    def __post_init__(self) -> None:
        """Check that all rows have the same number of columns and different methods."""
        for row in self.rows:
            if len(row.values) != len(self.columns):
                raise ValueError(
                    f"{self.paper}, {self.name}: {row.method} has {len(row.values)} numbers "
                    f"for {len(self.columns)} columns."
                )
        if len({row.method for row in self.rows}) < len(self.rows):
            raise ValueError(f"{self.paper}, {self.name} has two rows of one method.")

    @classmethod
    def read(
        cls, paper: str, name: str, title: str, *, columns: str, rows: str, classes: int = 0
    ) -> PublishedTable:
        """Return a table parsed from text.

        Args:
            paper: authors of the paper.
            name: name of the table or section in the paper.
            title: description of the numbers.
            columns: names of the columns, separated by spaces.
            rows: one line per method: its name, the architecture in the catalog or nothing, and
                its numbers, separated by `|`.
            classes: number of leading columns that are land cover classes.
        """
        lines = [line for line in rows.splitlines() if line.strip()]
        return cls(paper, name, title, tuple(columns.split()), tuple(map(_row, lines)), classes)

    def row(self, method: str) -> PublishedRow:
        """Return the row of a method.

        Raises:
            KeyError: if the table has no such method.
        """
        for row in self.rows:
            if row.method == method:
                return row
        raise KeyError(method)

    def value(self, method: str, column: str) -> float | None:
        """Return one number, None if it is missing in the paper.

        Raises:
            KeyError: if the table has no such method.
            ValueError: if the table has no such column.
        """
        return self.row(method).values[self.columns.index(column)]


def _row(line: str) -> PublishedRow:
    method, architecture, numbers = (part.strip() for part in line.split("|"))
    values = (None if text == ABSENT else float(text) for text in numbers.split())
    return PublishedRow(method, architecture, tuple(values))
