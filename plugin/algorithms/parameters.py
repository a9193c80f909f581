# SPDX-License-Identifier: GPL-2.0-or-later
"""Processing parameters of the fields of a job: a key is the name of the field in capitals.

Defaults and help texts also come from the fields, so that toolbox, command line and dock agree.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, Dict, Type

from qgis.core import (
    QgsProcessing,
    QgsProcessingParameterBand,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterEnum,
    QgsProcessingParameterExtent,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterFile,
    QgsProcessingParameterFileDestination,
    QgsProcessingParameterFolderDestination,
    QgsProcessingParameterMapLayer,
    QgsProcessingParameterNumber,
    QgsProcessingParameterRasterDestination,
    QgsProcessingParameterRasterLayer,
    QgsProcessingParameterString,
)
from qgis.core import (
    QgsProcessingParameterDefinition as Parameter,
)

from ..i18n import tr

if TYPE_CHECKING:
    from ..protocol import PolygonLayer

POLYGONS_ONLY = (QgsProcessing.SourceType.TypeVectorPolygon,)
SOURCE_TYPES = {
    "Polygon": QgsProcessing.SourceType.TypeVectorPolygon,
    "LineString": QgsProcessing.SourceType.TypeVectorLine,
    "Point": QgsProcessing.SourceType.TypeVectorPoint,
}


def key_of(field_name: str) -> str:
    """Return the parameter key of a field of a job."""
    return field_name.upper()


def advanced(parameter: Parameter) -> Parameter:
    """Mark `parameter` as advanced and return it."""
    flag = Parameter.Flag.FlagAdvanced
    parameter.setFlags(parameter.flags() | flag)
    return parameter


def polygon_sink(layer: PolygonLayer) -> Parameter:
    """Return an optional destination for the features of one layer, skipped by default."""
    parameter = QgsProcessingParameterFeatureSink(
        key_of(layer.name),
        tr(layer.title),
        SOURCE_TYPES[layer.geometry],
        optional=True,
        createByDefault=False,
    )
    parameter.setHelp(tr(f"{layer.title} as a separate layer. Leave empty to skip it."))
    return parameter


class ParameterFactory:
    """Factory of the parameters of one type of job."""

    def __init__(self, job_type: Type[Any]) -> None:
        self._fields: Dict[str, Any] = {each.name: each for each in dataclasses.fields(job_type)}

    def raster(self, name: str, title: str, *, optional: bool = False) -> Parameter:
        """Return a raster layer parameter."""
        return self._with_help(
            name, QgsProcessingParameterRasterLayer(key_of(name), tr(title), optional=optional)
        )

    def band(self, name: str, title: str, parent: str) -> Parameter:
        """Return an optional band parameter without a default.

        The default of the job applies instead: QGIS 3.22 treats a band parameter with a default
        as mandatory if it is missing on the command line.
        """
        parameter = QgsProcessingParameterBand(
            key_of(name), tr(title), parentLayerParameterName=key_of(parent), optional=True
        )
        return self._with_help(name, parameter)

    def choice(self, name: str, title: str) -> Parameter:
        """Return a choice parameter; the values are the field's words, not indices."""
        parameter = QgsProcessingParameterEnum(
            key_of(name),
            tr(title),
            options=list(self._fields[name].metadata["choices"]),
            defaultValue=self._fields[name].default,
            usesStaticStrings=True,
        )
        return self._with_help(name, parameter)

    def whole_number(self, name: str, title: str, lowest: int) -> Parameter:
        """Return a parameter for an integer of at least `lowest`."""
        return self._number(
            name, title, lowest, QgsProcessingParameterNumber.Type.Integer, 2_000_000_000
        )

    def decimal_number(self, name: str, title: str, lowest: float, highest: float) -> Parameter:
        """Return a parameter for a number between `lowest` and `highest`."""
        return self._number(name, title, lowest, QgsProcessingParameterNumber.Type.Double, highest)

    def flag(self, name: str, title: str) -> Parameter:
        """Return a Boolean parameter."""
        return self._with_help(
            name,
            QgsProcessingParameterBoolean(
                key_of(name), tr(title), defaultValue=self._fields[name].default
            ),
        )

    def text(self, name: str, title: str, *, optional: bool = True) -> Parameter:
        """Return a text parameter."""
        return self._with_help(
            name, QgsProcessingParameterString(key_of(name), tr(title), optional=optional)
        )

    def folder(self, name: str, title: str, *, optional: bool = False) -> Parameter:
        """Return a parameter for a folder, or for the name of a model."""
        parameter = QgsProcessingParameterFile(
            key_of(name),
            tr(title),
            behavior=QgsProcessingParameterFile.Behavior.Folder,
            defaultValue=self._fields[name].default,
            optional=optional,
        )
        return self._with_help(name, parameter)

    def raster_or_polygons(self, name: str, title: str) -> Parameter:
        """Return an optional parameter for a raster or a layer of polygons."""
        kinds = [QgsProcessing.SourceType.TypeRaster, *POLYGONS_ONLY]
        parameter = QgsProcessingParameterMapLayer(
            key_of(name), tr(title), optional=True, types=kinds
        )
        return self._with_help(name, parameter)

    def extent(self, name: str, title: str) -> Parameter:
        """Return an optional extent parameter."""
        return self._with_help(
            name, QgsProcessingParameterExtent(key_of(name), tr(title), optional=True)
        )

    def polygons(self, name: str, title: str) -> Parameter:
        """Return an optional parameter for a layer of polygons."""
        parameter = QgsProcessingParameterFeatureSource(
            key_of(name), tr(title), list(POLYGONS_ONLY), optional=True
        )
        return self._with_help(name, parameter)

    def raster_destination(self, name: str, title: str, *, by_default: bool) -> Parameter:
        """Return an optional destination for a raster."""
        parameter = QgsProcessingParameterRasterDestination(
            key_of(name), tr(title), optional=True, createByDefault=by_default
        )
        return self._with_help(name, parameter)

    def geopackage_destination(self, name: str, title: str) -> Parameter:
        """Return an optional destination for a GeoPackage of several layers."""
        parameter = QgsProcessingParameterFileDestination(
            key_of(name), tr(title), "GeoPackage (*.gpkg)", optional=True, createByDefault=False
        )
        return self._with_help(name, parameter)

    def folder_destination(self, name: str, title: str, *, optional: bool) -> Parameter:
        """Return a destination for a folder."""
        parameter = QgsProcessingParameterFolderDestination(
            key_of(name), tr(title), optional=optional, createByDefault=not optional
        )
        return self._with_help(name, parameter)

    def _number(
        self,
        name: str,
        title: str,
        lowest: float,
        kind: QgsProcessingParameterNumber.Type,
        highest: float,
    ) -> Parameter:
        parameter = QgsProcessingParameterNumber(
            key_of(name),
            tr(title),
            type=kind,
            defaultValue=self._fields[name].default,
            minValue=lowest,
            maxValue=highest,
        )
        return self._with_help(name, parameter)

    def _with_help(self, name: str, parameter: Parameter) -> Parameter:
        text: str = self._fields[name].metadata["help"]
        parameter.setHelp(tr(text[:1].upper() + text[1:] + "."))
        return parameter
