# SPDX-License-Identifier: GPL-2.0-or-later
"""Parameters for heights: a DSM, an optional DTM, their bands and the kind of heights."""

from __future__ import annotations

from typing import TYPE_CHECKING, Tuple

from ..layers.checks import band_number_problems, overlap_problems, raster_problems
from ..protocol import missing_heights
from .parameters import Parameter, ParameterFactory, advanced

if TYPE_CHECKING:
    from qgis.core import QgsProcessingContext, QgsRasterLayer

    from ..protocol import HeightsInput, ModelCard
    from .parameter_values import ParameterValues

RASTERS = ("dsm", "dtm")
SCALARS = ("dsm_band", "dtm_band", "heights")


def height_parameters(factory: ParameterFactory) -> Tuple[Parameter, ...]:
    """Return the parameters for heights."""
    return (
        factory.raster("dsm", "Surface model (DSM)", optional=True),
        advanced(factory.band("dsm_band", "DSM band", parent="dsm")),
        factory.raster("dtm", "Terrain model (DTM)", optional=True),
        advanced(factory.band("dtm_band", "DTM band", parent="dtm")),
        factory.choice("heights", "Kind of heights"),
    )


def height_problems(
    values: ParameterValues, image: QgsRasterLayer, context: QgsProcessingContext
) -> Tuple[str, ...]:
    """Return problems of the height rasters given for `image`."""
    found: Tuple[str, ...] = ()
    for name in RASTERS:
        layer = values.layer(name)
        if layer is not None:
            band = values.scalars([f"{name}_band"]).get(f"{name}_band", 1)
            found += _layer_problems(layer, band, name.upper(), image, context)
    return found


def missing_problems(job: HeightsInput, card: ModelCard) -> Tuple[str, ...]:
    """Return a problem if the model needs heights and no DSM is given."""
    if job.dsm or not card.wants_heights:
        return ()
    return (missing_heights(f"The model '{card.name}'"),)


def _layer_problems(
    layer: QgsRasterLayer,
    band: int,
    title: str,
    image: QgsRasterLayer,
    context: QgsProcessingContext,
) -> Tuple[str, ...]:
    unreadable = raster_problems(layer, title)
    if unreadable:
        return unreadable
    return (
        *band_number_problems(layer, band, title),
        *overlap_problems(image, layer, title, context.transformContext()),
    )
