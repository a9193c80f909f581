# SPDX-License-Identifier: GPL-2.0-or-later
"""Inputs: what a job reads is never what it replaces.

A result also replaces or removes the files that describe it: statistics, overviews, and the QGIS
style that all files of one stem share. So those of an input are spared as well.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from ..protocol import OutputError, RasterPath

if TYPE_CHECKING:
    from collections.abc import Iterable

RASTERS = (".tif", ".tiff")  # results that come with a style


def input_files(sources: Iterable[str]) -> tuple[Path, ...]:
    """Return the files of a job's inputs; those that are not given are empty.

    >>> [path.name for path in input_files(["", "town.gpkg|layername=roads"])]
    ['town.gpkg']
    """
    files = (RasterPath.parse(source).file.partition("|layername=")[0] for source in sources)
    return tuple(Path(file).absolute() for file in files if file)


def refuse_inputs(final: Path, inputs: Iterable[Path]) -> None:
    """Check that publishing `final` would leave the inputs as they are.

    Raises:
        OutputError: it would not.
    """
    for path in inputs:
        if _is_same_file(final, path):
            raise OutputError(f"The output {final} is also an input: choose another file.")
        if any(_is_same_file(ours, its) for ours in _replaced(final) for its in _beside(path)):
            raise OutputError(
                f"The output {final} would replace files that belong to the input {path}: "
                "choose another name."
            )


def _replaced(final: Path) -> list[Path]:
    """Return what publishing `final` may replace or remove."""
    style = [final.with_suffix(".qml")] if final.suffix.lower() in RASTERS else []
    return [final, *_named_after(final), *style]


def _beside(path: Path) -> list[Path]:
    """Return an input and what may describe it."""
    return [path, *_named_after(path), path.with_suffix(".qml")]


def _named_after(path: Path) -> list[Path]:
    return [path.with_name(path.name + tail) for tail in (".aux.xml", ".ovr")]


def _is_same_file(one: Path, other: Path) -> bool:
    """Say whether two paths lead to one file, or would if there were one."""
    try:
        return one.samefile(other)
    except OSError:
        return os.path.normcase(one.resolve()) == os.path.normcase(other.resolve())
