# SPDX-License-Identifier: GPL-2.0-or-later
"""Where a run puts its files: the destinations that were named, the rest in one folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Dict, Mapping, Optional

from qgis.core import QgsProcessingAlgorithm, QgsProcessingContext, QgsProcessingUtils

from .destinations import TEMPORARY, destination_text, renamed


def named_folder(
    algorithm: QgsProcessingAlgorithm, parameters: Mapping[str, Any], context: QgsProcessingContext
) -> Optional[Path]:
    """Return the folder that OUTPUT names, None where it names none."""
    named = algorithm.parameterAsString(dict(parameters), "OUTPUT", context)
    return Path(named).absolute() if named and named != TEMPORARY else None


def temporary_folder() -> Path:
    """Return a folder, not there yet, that QGIS removes when it ends."""
    return Path(QgsProcessingUtils.generateTempFilename("orthoscribe"))


def move_into_folder(
    parameters: Mapping[str, Any], file_names: Mapping[str, str], folder: Path
) -> Dict[str, Any]:
    """Return `parameters` with unnamed destinations moved into `folder`.

    A destination is unnamed when it was left off or is TEMPORARY_OUTPUT, the toolbox's default:
    whoever names a folder wants the results there. Whether a layer is loaded stays as it was.

    Args:
        parameters: values by key.
        file_names: name of the file in the folder by key of a destination.
        folder: where to.
    """
    moved = {
        key: renamed(parameters.get(key), str(folder / file_name))
        for key, file_name in file_names.items()
        if _is_unnamed(parameters.get(key))
    }
    return {**parameters, **moved}


def load_instead(context: QgsProcessingContext, asked: str, written: str) -> None:
    """Let QGIS load `written` where it was to load `asked`.

    The engine writes beside a file that somebody holds open, under a new name.
    """
    if asked == written or not context.willLoadLayerOnCompletion(asked):
        return
    layers = context.layersToLoadOnCompletion()
    layers[written] = layers.pop(asked)
    context.setLayersToLoadOnCompletion(layers)


def _is_unnamed(value: Any) -> bool:
    return destination_text(value) in ("", TEMPORARY)
