# SPDX-License-Identifier: GPL-2.0-or-later
"""Saving of temporary results: copies their folder and points the project's layers to the copy.

The layer objects stay, and with them names, styles and positions in the layer tree. Main thread
only.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable, Dict, Iterator, Tuple

from qgis.core import QgsProviderRegistry, QgsVectorLayer

from ..protocol import OutputError, indented_json
from .inputs import file_and_layer
from .results import JOB_FILE

if TYPE_CHECKING:
    from qgis.core import QgsMapLayer, QgsProject

GEOPACKAGE = ".gpkg"
SQLITE_SUFFIXES = ("-wal", "-shm", "-journal")
JOB, REPORT = ("job.json", "report.json")


def layers_in_folder(folder: Path, project: QgsProject) -> Iterator[Tuple[QgsMapLayer, Path]]:
    """Yield each layer of `project` with a file in `folder`, and the file's path in the folder."""
    inside = folder.resolve()
    for layer in project.mapLayers().values():
        file, _ = file_and_layer(layer)
        if file and inside in Path(file).resolve().parents:
            yield layer, Path(file).resolve().relative_to(inside)


def save_results(folder: Path, target: Path, project: QgsProject) -> None:
    """Copy the results in `folder` to `target`, and point the project's layers to the copies.

    Args:
        folder: folder of a run.
        target: folder to create.
        project: project with layers that may read files in `folder`.

    Raises:
        OutputError: if a layer has unsaved edits or a file cannot be written. Nothing is changed
            in this case.
    """
    layers = tuple(layers_in_folder(folder, project))
    for layer, _ in layers:
        if isinstance(layer, QgsVectorLayer) and layer.isModified():
            raise OutputError(
                f"The layer '{layer.name()}' has unsaved edits. Save or discard them, then try "
                "again."
            )
    _copy_folder(folder, target)
    for layer, relative in layers:
        _set_source(layer, target / relative)
        if layer.customProperty(JOB_FILE):
            layer.setCustomProperty(JOB_FILE, str(target / JOB))


def _copy_folder(folder: Path, target: Path) -> None:
    """Copy under a temporary name, then rename, so that the final name means a complete copy."""
    unfinished = target.with_name(f".{target.name}.part")
    try:
        shutil.rmtree(unfinished, ignore_errors=True)
        shutil.copytree(folder, unfinished, copy_function=_copy_file, ignore=_not_copied)
        _move_records(unfinished, folder, target)
        unfinished.rename(target)
    except (OSError, sqlite3.Error) as error:  # shutil.Error is an OSError
        shutil.rmtree(unfinished, ignore_errors=True)
        raise OutputError(
            f"The results cannot be saved to {target} ({error}). Choose another folder."
        ) from error


def _not_copied(_: str, names: Any) -> Any:
    """Return the files that are not copied: SQLite's auxiliary files and unfinished results."""
    return [name for name in names if name.endswith(SQLITE_SUFFIXES) or name.startswith(".")]


def _copy_file(source: str, target: str) -> str:
    """Copy a file; a GeoPackage through SQLite, to include edits in its write-ahead log."""
    if not source.lower().endswith(GEOPACKAGE):
        return str(shutil.copy2(source, target))
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)
    return target


def _move_records(copy: Path, folder: Path, target: Path) -> None:
    """Replace the paths in job and report by those of the copies, so that the job can be repeated.

    The report records the hash of the job file, by which a later run decides whether a user has
    changed it; the new hash takes the place of the old one.
    """
    before = _fingerprint(copy / JOB)
    _rewrite(copy / JOB, lambda values: _with_new_folder(values, str(folder), str(target)))
    after = _fingerprint(copy / JOB)

    def updated(values: Any) -> Any:
        return _with_new_entries(_with_new_folder(values, str(folder), str(target)), before, after)

    _rewrite(copy / REPORT, updated)


def _rewrite(record: Path, change: Callable[[Any], Any]) -> None:
    """Change the values in a record; an unreadable one stays as it is."""
    try:
        values = json.loads(record.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return
    record.write_text(indented_json(change(values)), encoding="utf-8")


def _fingerprint(file: Path) -> Dict[str, Any]:
    """Return size and hash of a file as reports record them; nothing without the file."""
    if not file.is_file():
        return {}
    content = file.read_bytes()
    return {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}


def _with_new_entries(value: Any, before: Dict[str, Any], after: Dict[str, Any]) -> Any:
    """Return a report in which `after` takes the place of the fingerprint `before`."""
    if isinstance(value, list):
        return [_with_new_entries(each, before, after) for each in value]
    if not isinstance(value, dict):
        return value
    if before and before.items() <= value.items():
        return {**value, **after}
    return {key: _with_new_entries(each, before, after) for key, each in value.items()}


def _with_new_folder(value: Any, old: str, new: str) -> Any:
    if isinstance(value, dict):
        return {key: _with_new_folder(each, old, new) for key, each in value.items()}
    if isinstance(value, list):
        return [_with_new_folder(each, old, new) for each in value]
    if (
        isinstance(value, str)
        and value.startswith(old)
        and value[len(old) :][:1] in ("", "/", "\\")
    ):
        return new + value[len(old) :]
    return value


def _set_source(layer: QgsMapLayer, file: Path) -> None:
    registry, provider = QgsProviderRegistry.instance(), layer.providerType()
    parts = {**registry.decodeUri(provider, layer.source()), "path": str(file)}
    was_editable = isinstance(layer, QgsVectorLayer) and layer.isEditable()
    if was_editable:
        layer.rollBack()  # no loss, `save_results` refuses layers with edits
    layer.setDataSource(registry.encodeUri(provider, parts), layer.name(), provider)
    if was_editable:
        layer.startEditing()
