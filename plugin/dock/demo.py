# SPDX-License-Identifier: GPL-2.0-or-later
"""Folder and job of the demo scene, which is made once for each version and kept."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ..engine_client.environment import engine_home
from ..layers.demo_scene import add_scene
from ..layers.map_canvas import zoom_to_layer
from ..metadata import read_metadata
from ..protocol import SceneJob

if TYPE_CHECKING:
    from qgis.core import QgsProject
    from qgis.gui import QgsMapCanvas

    from .input_sections import InputSections

SEED = 7
SIZE_PX = 1024
GSD_M = 0.1


def demo_folder() -> Path:
    """Return the folder of this version's demo scene."""
    return engine_home() / "demo" / read_metadata().version


def demo_job() -> SceneJob:
    """Return the job that makes the demo scene."""
    return SceneJob(output=str(demo_folder()), land="town", seed=SEED, size_px=SIZE_PX, gsd_m=GSD_M)


def show_demo(
    folder: str, sections: InputSections, canvas: QgsMapCanvas, project: QgsProject
) -> None:
    """Add a demo scene to the project, choose its layers and zoom to it.

    Raises:
        OutputError: if a file of the scene cannot be opened.
    """
    image, dsm = add_scene(Path(folder), project)
    sections.select_layers(image, dsm)
    zoom_to_layer(image, canvas, project)
