# SPDX-License-Identifier: GPL-2.0-or-later
"""Temporary results kept: their folder is copied, and the project's layers read the copy.

Layers stay the same objects, so their names, styles and places in the layer tree stay too. Main
thread only.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any, Iterator, Tuple

from qgis.core import QgsProviderRegistry, QgsVectorLayer

from ..protocol import OutputError
from .inputs import file_and_layer
from .results import JOB_FILE

if TYPE_CHECKING:
    from qgis.core import QgsMapLayer, QgsProject

GEOPACKAGE = ".gpkg"
OF_AN_OPEN_GEOPACKAGE = ("-wal", "-shm", "-journal")
RECORDS = ("job.json", "report.json")


def layers_of_folder(folder: Path, project: QgsProject) -> Iterator[Tuple[QgsMapLayer, Path]]:
    """Yield each layer of `project` that reads a file in `folder`, and the file's place in it."""
    inside = folder.resolve()
    for layer in project.mapLayers().values():
        file, _ = file_and_layer(layer)
        if file and inside in Path(file).resolve().parents:
            yield layer, Path(file).resolve().relative_to(inside)


def keep_results(folder: Path, kept: Path, project: QgsProject) -> None:
    """Copy the results in `folder` to `kept`, and have the project's layers read them there.

    Args:
        folder: of a run.
        kept: where to; not there yet.
        project: whose layers may read files in `folder`.

    Raises:
        OutputError: a layer has edits that are not saved, or a file cannot be written; nothing
            changed then.
    """
    layers = tuple(layers_of_folder(folder, project))
    for layer, _ in layers:
        if isinstance(layer, QgsVectorLayer) and layer.isModified():
            raise OutputError(
                f"The layer '{layer.name()}' has edits that are not saved: save or discard them, "
                "then try again."
            )
    _copy_folder(folder, kept)
    for layer, place in layers:
        _read_from(layer, kept / place)
        if layer.customProperty(JOB_FILE):
            layer.setCustomProperty(JOB_FILE, str(kept / RECORDS[0]))


def _copy_folder(folder: Path, kept: Path) -> None:
    """Copy aside, then rename, so that a folder under its final name is complete."""
    aside = kept.with_name(f".{kept.name}.part")
    try:
        shutil.rmtree(aside, ignore_errors=True)
        shutil.copytree(folder, aside, copy_function=_copy_file, ignore=_passing)
        for name in RECORDS:
            _move_paths(aside / name, folder, kept)
        aside.rename(kept)
    except (OSError, sqlite3.Error) as error:  # shutil.Error is an OSError
        shutil.rmtree(aside, ignore_errors=True)
        raise OutputError(
            f"The results cannot be saved to {kept} ({error}): choose another folder."
        ) from error


def _passing(_: str, names: Any) -> Any:
    """Return which files are none of their own: SQLite's, and what is not finished."""
    return [name for name in names if name.endswith(OF_AN_OPEN_GEOPACKAGE) or name.startswith(".")]


def _copy_file(source: str, target: str) -> str:
    """Copy a file; a GeoPackage through SQLite, so that edits in its write-ahead log come along."""
    if not source.lower().endswith(GEOPACKAGE):
        return str(shutil.copy2(source, target))
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)
    return target


def _move_paths(record: Path, folder: Path, kept: Path) -> None:
    """Have a record name the files where they are now, so that its job can be repeated."""
    try:
        values = json.loads(record.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return  # what cannot be read is kept as it is
    moved = _moved(values, str(folder), str(kept))
    record.write_text(json.dumps(moved, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _moved(value: Any, old: str, new: str) -> Any:
    if isinstance(value, dict):
        return {key: _moved(each, old, new) for key, each in value.items()}
    if isinstance(value, list):
        return [_moved(each, old, new) for each in value]
    if (
        isinstance(value, str)
        and value.startswith(old)
        and value[len(old) :][:1] in ("", "/", "\\")
    ):
        return new + value[len(old) :]
    return value


def _read_from(layer: QgsMapLayer, file: Path) -> None:
    registry, provider = QgsProviderRegistry.instance(), layer.providerType()
    parts = {**registry.decodeUri(provider, layer.source()), "path": str(file)}
    was_editable = isinstance(layer, QgsVectorLayer) and layer.isEditable()
    if was_editable:
        layer.rollBack()  # nothing is lost: there are no edits
    layer.setDataSource(registry.encodeUri(provider, parts), layer.name(), provider)
    if was_editable:
        layer.startEditing()
