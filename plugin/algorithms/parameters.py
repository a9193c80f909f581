# SPDX-License-Identifier: GPL-2.0-or-later
"""Processing parameters of the fields of a job: a key is the name of the field in capitals.

Defaults and help texts also come from the fields, so that toolbox, command line and dock agree.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, Dict, Tuple, Type

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

from ..choices import titled
from ..i18n import tr
from ..project_model import preferred_model

if TYPE_CHECKING:
    from ..protocol import PolygonLayer

POLYGONS_ONLY = (QgsProcessing.SourceType.TypeVectorPolygon,)
SOURCE_TYPES = {
    "Polygon": QgsProcessing.SourceType.TypeVectorPolygon,
    "LineString": QgsProcessing.SourceType.TypeVectorLine,
    "Point": QgsProcessing.SourceType.TypeVectorPoint,
}


# Package of the widgets, which Processing imports by name when a dialog opens.
WIDGETS = f"{__name__.rpartition('.algorithms.')[0]}.parameter_widgets"


def key_of(field_name: str) -> str:
    """Return the parameter key of a field of a job."""
    return field_name.upper()


def advanced(parameter: Parameter) -> Parameter:
    """Mark `parameter` as advanced and return it."""
    flag = Parameter.Flag.FlagAdvanced
    parameter.setFlags(parameter.flags() | flag)
    return parameter


def polygon_sink(layer: PolygonLayer) -> Parameter:
    """Return an optional destination for the features of a layer, skipped if it is extra."""
    parameter = QgsProcessingParameterFeatureSink(
        key_of(layer.name),
        tr(layer.title),
        SOURCE_TYPES[layer.geometry],
        optional=True,
        createByDefault=not layer.switch,
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
        words = self._fields[name].metadata["choices"]
        parameter = QgsProcessingParameterEnum(
            key_of(name),
            tr(title),
            options=list(words),
            defaultValue=self._fields[name].default,
            usesStaticStrings=True,
        )
        _set_choices(parameter, choices=[list(each) for each in titled(name, words)])
        return self._with_help(name, parameter)

    def model(self, name: str, title: str, *, none: str = "") -> Parameter:
        """Return a parameter for a model: an installed one by name, or any model folder.

        Args:
            name: name of the field.
            title: display name.
            none: title of no model; empty if a model is required.
        """
        return self._open_choice(name, title, "models", none)

    def architecture(self, name: str, title: str, *, none: str) -> Parameter:
        """Return an optional parameter for an architecture by name; `none` is the title of none."""
        return self._open_choice(name, title, "architectures", none)

    def networks(self, name: str, title: str) -> Parameter:
        """Return a parameter for names of architectures and models, apart by commas."""
        parameter = QgsProcessingParameterString(key_of(name), tr(title))
        _set_widget(parameter, "names.NamesWidget", choices_of="networks")
        return self._with_help(name, parameter)

    def class_field(self, name: str, title: str, parent: str) -> Parameter:
        """Return an optional parameter for the class field of polygons."""
        parameter = QgsProcessingParameterString(key_of(name), tr(title), optional=True)
        _set_widget(parameter, "fields.FieldWidget", parent=key_of(parent))
        return self._with_help(name, parameter)

    def whole_number(self, name: str, title: str, lowest: int, special: str = "") -> Parameter:
        """Return a parameter for an integer of at least `lowest`, whose title is `special`."""
        number = QgsProcessingParameterNumber.Type.Integer
        return self._number(name, title, (lowest, 2_000_000_000), number, special)

    def decimal_number(
        self, name: str, title: str, lowest: float, highest: float, special: str = ""
    ) -> Parameter:
        """Return a parameter for a number; `special` is the title of the lowest one."""
        number = QgsProcessingParameterNumber.Type.Double
        return self._number(name, title, (lowest, highest), number, special)

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

    def raster_or_polygons(self, name: str, title: str, *, optional: bool = True) -> Parameter:
        """Return a parameter for a raster or a layer of polygons."""
        kinds = [QgsProcessing.SourceType.TypeRaster, *POLYGONS_ONLY]
        parameter = QgsProcessingParameterMapLayer(
            key_of(name), tr(title), optional=optional, types=kinds
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

    def model_folder(self, name: str) -> Parameter:
        """Return an advanced destination for the folder of a new model."""
        title = "Folder of the new model (in the list of models if not set)"
        return advanced(self.folder_destination(name, title, optional=True))

    def _open_choice(self, name: str, title: str, listed: str, none: str) -> Parameter:
        default = self._fields[name].default or None
        if listed == "models" and default:
            default = preferred_model() or default
        parameter = QgsProcessingParameterString(
            key_of(name), tr(title), defaultValue=default, optional=bool(none)
        )
        nothing = [["", tr(none)]] if none else []
        _set_choices(parameter, choices=nothing, choices_of=listed, is_open=listed == "models")
        return self._with_help(name, parameter)

    def _number(
        self,
        name: str,
        title: str,
        limits: Tuple[float, float],
        kind: QgsProcessingParameterNumber.Type,
        special: str,
    ) -> Parameter:
        parameter = QgsProcessingParameterNumber(
            key_of(name),
            tr(title),
            type=kind,
            defaultValue=self._fields[name].default,
            minValue=limits[0],
            maxValue=limits[1],
        )
        if special:
            _set_widget(parameter, "numbers.NumberWidget", special=tr(special))
        return self._with_help(name, parameter)

    def _with_help(self, name: str, parameter: Parameter) -> Parameter:
        text: str = self._fields[name].metadata["help"]
        parameter.setHelp(tr(text[:1].upper() + text[1:] + "."))
        return parameter


def _set_choices(parameter: Parameter, **settings: Any) -> None:
    _set_widget(parameter, "choices.ChoiceWidget", **settings)


def _set_widget(parameter: Parameter, name: str, **settings: Any) -> None:
    """Set the class of a parameter's widget in the toolbox, and arguments of its constructor."""
    parameter.setMetadata({"widget_wrapper": {"class": f"{WIDGETS}.{name}", **settings}})
