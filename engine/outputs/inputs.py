# SPDX-License-Identifier: GPL-2.0-or-later
"""Protection of the inputs of a job from being replaced by its results.

A result also replaces or removes its sidecar files: statistics, overviews, and the QGIS style that
all files with the same stem share. So the sidecar files of inputs are protected, too.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from ..protocol import OutputError, file_behind

if TYPE_CHECKING:
    from collections.abc import Iterable

RASTERS = (".tif", ".tiff")  # results that come with a style


def input_files(sources: Iterable[str]) -> tuple[Path, ...]:
    """Return the files of a job's inputs; empty paths are skipped.

    >>> [path.name for path in input_files(["", "town.gpkg|layername=roads"])]
    ['town.gpkg']
    """
    return tuple(Path(file_behind(source)).absolute() for source in sources if source)


def refuse_inputs(final: Path, inputs: Iterable[Path]) -> None:
    """Check that publishing `final` does not replace an input.

    Raises:
        OutputError: if an input or one of its sidecar files would be replaced.
    """
    if not final.name:
        raise OutputError(f"The output {final} is a folder: choose a file.")
    style = [_style_of(final)] if final.suffix.lower() in RASTERS else []
    replaced = [final, *_named_after(final), *style]
    for path in inputs:
        if _is_same_file(final, path):
            raise OutputError(f"The output {final} is also an input: choose another file.")
        kept = [path, *_named_after(path), _style_of(path)]
        if any(_is_same_file(one, other) for one in replaced for other in kept):
            raise OutputError(
                f"The output {final} would replace files that belong to the input {path}: "
                "choose another name."
            )


def _style_of(path: Path) -> Path:
    return Path(f"{os.path.splitext(path)[0]}.qml")  # noqa: PTH122 (a folder may have no name)


def _named_after(path: Path) -> list[Path]:
    return [Path(f"{path}{tail}") for tail in (".aux.xml", ".ovr")]


def _is_same_file(one: Path, other: Path) -> bool:
    """Return whether two paths refer to the same file, even if it does not exist."""
    try:
        return one.samefile(other)
    except OSError:
        return os.path.normcase(one.resolve()) == os.path.normcase(other.resolve())
