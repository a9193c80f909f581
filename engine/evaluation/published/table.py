# SPDX-License-Identifier: GPL-2.0-or-later
"""A printed table: methods in rows, numbers in columns, just as the paper has them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

ABSENT = "-"  # printed where a paper has no number


class PublishedRow(NamedTuple):
    """One method.

    Args:
        method: as the paper names it.
        architecture: the row of our catalog, or empty.
        values: as printed, None where there is none.
    """

    method: str
    architecture: str
    values: tuple[float | None, ...]


@dataclass(frozen=True)
class PublishedTable:
    """A table of a paper.

    Args:
        paper: who wrote it.
        name: what the paper calls it.
        title: what the numbers are, and on what they were measured.
        columns: one name for each number.
        rows: the methods.
        classes: how many columns, the first ones, are land classes whose mean is a column.
    """

    paper: str
    name: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[PublishedRow, ...]
    classes: int = 0

    def __post_init__(self) -> None:
        """Refuse a row that lost or gained a number."""
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
        """Return a table written as text.

        Args:
            paper: who wrote it.
            name: what the paper calls it.
            title: what the numbers are.
            columns: names, apart by spaces.
            rows: a line for each method: its name, our architecture or nothing, its numbers; the
                three apart by `|`.
            classes: number of columns that are land classes.
        """
        lines = [line for line in rows.splitlines() if line.strip()]
        return cls(paper, name, title, tuple(columns.split()), tuple(map(_row, lines)), classes)

    def row(self, method: str) -> PublishedRow:
        """Return the row of a method.

        Raises:
            KeyError: the table has no such method.
        """
        for row in self.rows:
            if row.method == method:
                return row
        raise KeyError(method)

    def value(self, method: str, column: str) -> float | None:
        """Return one number, None where the paper prints none.

        Raises:
            KeyError: the table has no such method.
            ValueError: the table has no such column.
        """
        return self.row(method).values[self.columns.index(column)]

    def class_mean(self, method: str) -> float:
        """Return the mean over the land classes of a method whose classes are printed.

        Raises:
            ValueError: the table does not print every class of the method.
        """
        printed = [value for value in self.row(method).values[: self.classes] if value is not None]
        if not printed or len(printed) < self.classes:
            raise ValueError(f"{self.name} does not print every class of {method}.")
        return sum(printed) / len(printed)


def _row(line: str) -> PublishedRow:
    method, architecture, numbers = (part.strip() for part in line.split("|"))
    values = (None if text == ABSENT else float(text) for text in numbers.split())
    return PublishedRow(method, architecture, tuple(values))
