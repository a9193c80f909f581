# SPDX-License-Identifier: GPL-2.0-or-later
"""Conversion of the paths of a job to absolute ones, so that its `job.json` works in any folder."""

from __future__ import annotations

import dataclasses
import os
import re
from typing import TYPE_CHECKING, Any, TypeVar

from ..protocol import RasterPath

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    Record = TypeVar("Record", bound=DataclassInstance)

# GDAL's names for data outside of the file system: `/vsizip/a.zip`, `https://...`.
_NO_FILE = re.compile(r"[A-Za-z0-9_]{2,}:|/vsi")
MODELS = ("model", "start")  # fields with a name or a path


def with_absolute_paths(job: Record) -> Record:
    """Return `job` with its relative paths resolved against the current folder."""
    return _resolved(job)


def _resolved(record: Record) -> Record:
    """Return a record with its paths, and those of records in it, resolved."""
    changes: dict[str, Any] = {}
    for field in dataclasses.fields(record):
        value = getattr(record, field.name)
        if field.metadata.get("is_path") or (field.name in MODELS and _is_path(value)):
            changes[field.name] = absolute(value)
        elif isinstance(value, tuple) and any(map(dataclasses.is_dataclass, value)):
            changes[field.name] = tuple(map(_resolved, value))
    return dataclasses.replace(record, **changes)


def absolute(path: str) -> str:
    """Return `path` as an absolute path; keep it if it is empty or not a file.

    >>> absolute("/vsizip/scene.zip/image.tif")
    '/vsizip/scene.zip/image.tif'
    """
    raster = RasterPath.parse(path)
    if raster.file != path:
        source = raster.source.replace(raster.file, absolute(raster.file), 1)
        return str(dataclasses.replace(raster, source=source))
    if not path or _NO_FILE.match(path):
        return path
    # `expanduser` of a path would raise for an unknown user, `resolve` would follow links, and
    # `absolute` would keep `..`.
    return os.path.abspath(os.path.expanduser(path))  # noqa: PTH100, PTH111 (see above)


def _is_path(model: str) -> bool:
    """Return whether `model` is the path of a model folder, not the name of a model."""
    return any(separator in model for separator in (os.sep, os.altsep) if separator)
