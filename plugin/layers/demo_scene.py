# SPDX-License-Identifier: GPL-2.0-or-later
"""Demo scene as layers of the project.

Only this module, `outputs` and `corrections` add layers to a project. Main thread only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Tuple

from qgis.core import QgsProject, QgsRasterLayer

from ..i18n import tr
from ..protocol import OutputError

if TYPE_CHECKING:
    from pathlib import Path

IMAGE_FILE, DSM_FILE = SCENE_FILES = ("image.tif", "dsm.tif")


def has_scene(folder: Path) -> bool:
    """Return whether `folder` contains a scene."""
    return all((folder / name).is_file() for name in SCENE_FILES)


def add_scene(folder: Path, project: QgsProject) -> Tuple[QgsRasterLayer, QgsRasterLayer]:
    """Return the scene's image and DSM layers, added to the top of `project` if missing.

    Raises:
        OutputError: if a file of the scene cannot be opened.
    """
    dsm = _layer(folder / DSM_FILE, tr("Demo DSM"), project)
    image = _layer(folder / IMAGE_FILE, tr("Demo image"), project)
    return image, dsm


def _layer(path: Path, title: str, project: QgsProject) -> QgsRasterLayer:
    for existing in project.mapLayers().values():
        if existing.source() == str(path):
            return existing
    layer = QgsRasterLayer(str(path), title)
    if not layer.isValid():
        raise OutputError(f"The demo file {path} cannot be opened. Delete it, then try again.")
    project.addMapLayer(layer, False)
    project.layerTreeRoot().insertLayer(0, layer)
    return layer
