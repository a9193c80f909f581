# SPDX-License-Identifier: GPL-2.0-or-later
"""Preselection of layers, so that a project with one scene needs no choices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterable, List, Optional, Tuple

from qgis.core import Qgis, QgsMapLayer, QgsProject, QgsRasterLayer

from .extents import coverage_of
from .results import RUN_ID

if TYPE_CHECKING:
    from qgis.core import QgsCoordinateTransformContext

TERRAIN_WORDS = ("dtm", "terrain", "ground")
SURFACE_WORDS = ("dsm", "surface")
FLOATS = (Qgis.DataType.Float32, Qgis.DataType.Float64)


def rasters_in_drawing_order(project: QgsProject) -> List[QgsRasterLayer]:
    """Return the project's raster files in drawing order, visible layers first."""
    root = project.layerTreeRoot()
    ordered = [layer for layer in root.layerOrder() if _is_raster_file(layer)]
    return sorted(ordered, key=lambda layer: not _is_visible(project, layer))


def default_image(
    rasters: Iterable[QgsRasterLayer], active: Optional[QgsMapLayer]
) -> Optional[QgsRasterLayer]:
    """Return the active layer if it can be an image, else the first layer that can."""
    images = [layer for layer in rasters if layer.bandCount() >= 3]
    return active if active in images else next(iter(images), None)


def default_heights(
    rasters: Iterable[QgsRasterLayer],
    image: QgsRasterLayer,
    context: QgsCoordinateTransformContext,
    *,
    terrain: bool = False,
) -> Optional[QgsRasterLayer]:
    """Return the heights raster that covers most of `image`; equal ones are ranked by name."""
    named = TERRAIN_WORDS if terrain else SURFACE_WORDS
    others = SURFACE_WORDS if terrain else TERRAIN_WORDS

    def score(layer: QgsRasterLayer) -> Tuple[float, int]:
        name = layer.name().lower()
        fit = any(word in name for word in named) - any(word in name for word in others)
        return round(coverage_of(image, layer, context), 2), fit

    candidates = [layer for layer in rasters if _can_be_heights(layer)]
    best = max(candidates, key=score, default=None)
    return best if best is not None and score(best)[0] > 0 else None


def terrain_named_so(
    rasters: Iterable[QgsRasterLayer],
    image: QgsRasterLayer,
    context: QgsCoordinateTransformContext,
) -> Optional[QgsRasterLayer]:
    """Return the raster that covers most of `image` among those named as a terrain model."""
    named = [
        layer for layer in rasters if any(word in layer.name().lower() for word in TERRAIN_WORDS)
    ]
    return default_heights(named, image, context, terrain=True)


def _is_raster_file(layer: QgsMapLayer) -> bool:
    return (
        isinstance(layer, QgsRasterLayer)
        and layer.isValid()
        and layer.providerType() == "gdal"
        and not layer.customProperty(RUN_ID)
    )


def _is_visible(project: QgsProject, layer: QgsMapLayer) -> bool:
    node = project.layerTreeRoot().findLayer(layer.id())
    return node is not None and node.isVisible()


def _can_be_heights(layer: QgsRasterLayer) -> bool:
    return layer.bandCount() == 1 and layer.dataProvider().dataType(1) in FLOATS
