# SPDX-License-Identifier: GPL-2.0-or-later
"""Output folder of a run, and destinations that follow from it."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Dict, Mapping, Optional

from qgis.core import QgsProcessingAlgorithm, QgsProcessingContext, QgsProcessingUtils

from .destinations import TEMPORARY, destination_text, with_path


def output_folder(
    algorithm: QgsProcessingAlgorithm, parameters: Mapping[str, Any], context: QgsProcessingContext
) -> Optional[Path]:
    """Return the folder given as OUTPUT; None if it is empty or temporary."""
    named = algorithm.parameterAsString(dict(parameters), "OUTPUT", context)
    return Path(named).absolute() if named and named != TEMPORARY else None


def temporary_folder() -> Path:
    """Return the path of a new folder that QGIS removes on exit; it does not exist yet."""
    return Path(QgsProcessingUtils.generateTempFilename("orthoscribe"))


def fill_destinations(
    parameters: Mapping[str, Any], file_names: Mapping[str, str], folder: Path
) -> Dict[str, Any]:
    """Return `parameters` with destinations that are not set moved into `folder`.

    This includes destinations with TEMPORARY_OUTPUT, the toolbox's default, because an output
    folder is meant for all results. The option to load a layer is kept.

    Args:
        parameters: parameter values by key.
        file_names: file name in the folder, by key of the destination.
        folder: output folder.
    """
    moved = {
        key: with_path(parameters.get(key), str(folder / file_name))
        for key, file_name in file_names.items()
        if _is_unset(parameters.get(key))
    }
    return {**parameters, **moved}


def replace_layer_to_load(context: QgsProcessingContext, requested: str, written: str) -> None:
    """Make QGIS load the file `written` instead of the file `requested`.

    The engine writes to a new name if a file is open in another program.
    """
    if requested == written or not context.willLoadLayerOnCompletion(requested):
        return
    layers = context.layersToLoadOnCompletion()
    layers[written] = layers.pop(requested)
    context.setLayersToLoadOnCompletion(layers)


def _is_unset(value: Any) -> bool:
    return destination_text(value) in ("", TEMPORARY)
