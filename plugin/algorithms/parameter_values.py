# SPDX-License-Identifier: GPL-2.0-or-later
"""Conversion of parameter values to the fields of a job.

Values that the user omitted are omitted here too, so that the defaults of the job apply. Reading
layers requires the main thread, as in `prepareAlgorithm` and `checkParameterValues`.
"""

from __future__ import annotations

from typing import Any, Dict, Iterable, Mapping, Optional, Tuple

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsProcessingAlgorithm,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingParameterNumber,
    QgsRasterLayer,
    QgsVectorLayer,
)

from ..compat import is_null
from ..layers.inputs import (
    AREA_FORMATS,
    area_source,
    raster_source,
    vector_path,
    write_copy,
)
from ..layers.overrides import has_crs_override, layer_of_path
from ..protocol import Extent, InputError, listed
from .parameters import key_of

RASTERS = ("raster", "layer")  # types of parameters for rasters


class ParameterValues:
    """Parameter values of one run of an algorithm, by field of its job."""

    def __init__(
        self,
        algorithm: QgsProcessingAlgorithm,
        parameters: Mapping[str, Any],
        context: QgsProcessingContext,
    ) -> None:
        self._algorithm = algorithm
        self._parameters = dict(parameters)
        self._context = context
        self.copies: Dict[str, str] = {}  # name of each layer that was copied, by path

    def has(self, name: str) -> bool:
        """Return whether the user set a value for the field `name`."""
        value = self._parameters.get(key_of(name))
        return not is_null(value) and value != ""

    def required_layer(self, name: str) -> QgsRasterLayer:
        """Return the raster layer given for `name`.

        Raises:
            InputError: if the value is missing or not a raster.
        """
        layer = self.layer(name)
        if layer is None:
            raise InputError(f"'{self._title(name)}' is missing: choose a raster.")
        return layer

    def layer(self, name: str) -> Optional[QgsRasterLayer]:
        """Return the raster layer given for `name`, or None.

        Raises:
            InputError: if the value is not a raster.
        """
        if not self.has(name):
            return None
        layer = self._algorithm.parameterAsRasterLayer(
            self._parameters, key_of(name), self._context
        )
        if layer is None:
            raise InputError(
                f"'{self._title(name)}' {self._parameters[key_of(name)]} cannot be opened as a "
                "raster: check that the file exists and is not damaged."
            )
        return layer

    def destination_problems(self, names: Iterable[str]) -> Tuple[str, ...]:
        """Return problems of the file names of destinations."""
        return tuple(
            f"'{self._title(name)}' cannot be written. {why}"
            for name in names
            if self.has(name)
            for is_fine, why in [self._is_supported(key_of(name))]
            if not is_fine
        )

    def choice_problems(self) -> Tuple[str, ...]:
        """Return a message for each invalid choice, with all valid ones, which QGIS omits."""
        choices = (each for each in self._algorithm.parameterDefinitions() if each.type() == "enum")
        return tuple(
            f"'{each.description()}' ({each.name()}) cannot be '{value}'. "
            f"Choose {listed(each.options(), 'or')}."
            for each in choices
            for value in [self._parameters.get(each.name())]
            if isinstance(value, (str, int)) and str(value) not in ("", *each.options())
        )

    def sources(self, names: Iterable[str]) -> Dict[str, Any]:
        """Return the path of each given raster.

        Raises:
            InputError: if the engine cannot open a raster.
        """
        layers = {name: self.layer(name) for name in names}
        return {name: raster_source(layer) for name, layer in layers.items() if layer is not None}

    def raster_or_vector_source(self, name: str, *, is_draft: bool = False) -> str:
        """Return the file of the raster or polygons given for `name`; empty if not given.

        Args:
            name: name of the field.
            is_draft: whether the file is only checked, so polygons need not be written to a file.

        Raises:
            InputError: if the engine cannot open the layer.
        """
        if not self.has(name):
            return ""
        layer = self._algorithm.parameterAsLayer(self._parameters, key_of(name), self._context)
        if layer is None:
            raise InputError(
                f"'{self._title(name)}' {self._parameters[key_of(name)]} cannot be opened as a "
                "layer: check that the file exists and is not damaged."
            )
        if isinstance(layer, QgsRasterLayer):
            return raster_source(layer)
        return layer.source() if is_draft else self._noted(area_source(layer, self._context), layer)

    def scalars(self, names: Iterable[str]) -> Dict[str, Any]:
        """Return each given number, text and flag, by name of the field."""
        return {name: self._scalar(name) for name in names if self.has(name)}

    def lists(self, names: Iterable[str]) -> Dict[str, Any]:
        """Return each given text as a tuple, split at commas, by name of the field."""
        return {
            name: tuple(part.strip() for part in text.split(",") if part.strip())
            for name, text in self.scalars(names).items()
        }

    def extent(self, name: str, crs: QgsCoordinateReferenceSystem) -> Optional[Extent]:
        """Return the extent given for `name`, in `crs`, or None."""
        if not self.has(name):
            return None
        box = self._algorithm.parameterAsExtent(self._parameters, key_of(name), self._context, crs)
        if box.isNull():
            return None
        return (box.xMinimum(), box.yMinimum(), box.xMaximum(), box.yMaximum())

    def polygon_source(self, name: str) -> str:
        """Return a vector file with exactly the polygons given for `name`; empty if not given.

        Memory layers, filtered or selected subsets, and layers with another CRS than their file
        are written to a temporary GeoPackage.

        Raises:
            InputError: if the temporary file cannot be written.
        """
        if not self.has(name):
            return ""
        given = (self._parameters, key_of(name), self._context)
        layer = self._algorithm.parameterAsVectorLayer(*given)
        if layer is not None and has_crs_override(layer):
            source = self._algorithm.parameterAsSource(*given)
            features = source.getFeatures()
            crs = source.sourceCrs()
            copy = write_copy(source.fields(), source.wkbType(), crs, features, self._context)
            return self._noted(copy, layer)
        feedback = QgsProcessingFeedback()  # QGIS 3.22 crashes without one
        path = self._algorithm.parameterAsCompatibleSourceLayerPath(
            self._parameters, key_of(name), self._context, list(AREA_FORMATS), "gpkg", feedback
        )
        return path if layer is None else self._noted(path, layer)

    def _noted(self, path: str, layer: QgsVectorLayer) -> str:
        """Return the file of a layer, and note the layer's name if the file is a copy."""
        if path.split("|", maxsplit=1)[0] != vector_path(layer):
            self.copies[path] = layer.name()
        return path

    def _title(self, name: str) -> str:
        return str(self._algorithm.parameterDefinition(key_of(name)).description())

    def _is_supported(self, key: str) -> Tuple[bool, str]:
        definition = self._algorithm.parameterDefinition(key)
        # QGIS 3.22 has the context load a layer for each temporary destination that it looks at.
        return definition.isSupportedOutputValue(self._parameters[key], QgsProcessingContext())

    def _scalar(self, name: str) -> Any:
        key = key_of(name)
        definition = self._algorithm.parameterDefinition(key)
        read = {
            "band": self._algorithm.parameterAsInt,
            "boolean": self._algorithm.parameterAsBool,
            "enum": self._algorithm.parameterAsEnumString,
            "number": self._algorithm.parameterAsInt
            if _is_whole(definition)
            else self._algorithm.parameterAsDouble,
        }.get(definition.type(), self._algorithm.parameterAsString)
        return read(self._parameters, key, self._context)


def _is_whole(definition: Any) -> bool:
    return (
        isinstance(definition, QgsProcessingParameterNumber)
        and definition.dataType() == QgsProcessingParameterNumber.Type.Integer
    )


def with_declared_layers(
    algorithm: QgsProcessingAlgorithm, parameters: Mapping[str, Any], context: QgsProcessingContext
) -> Dict[str, Any]:
    """Return `parameters` with layers instead of paths that declare a CRS or a nodata value.

    Jobs, and commands copied from the dock, contain such paths. Main thread only.

    Raises:
        InputError: if a nodata value is not a number.
    """
    keys = [each.name() for each in algorithm.parameterDefinitions() if each.type() in RASTERS]
    paths = {key: parameters[key] for key in keys if isinstance(parameters.get(key), str)}
    layers = {key: layer_of_path(path) for key, path in paths.items()}
    found = {
        key: context.temporaryLayerStore().addMapLayer(layer).id()
        for key, layer in layers.items()
        if layer is not None
    }
    return {**parameters, **found}
