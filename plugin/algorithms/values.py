# SPDX-License-Identifier: GPL-2.0-or-later
"""Parameter values read into the fields of a job.

What the user left off is left off here too, so that the job's own defaults hold. Layers turn into
paths, so this runs on the main thread, in `prepareAlgorithm` and `checkParameterValues`.
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
)

from ..compat import is_null
from ..layers.declared import has_other_crs, layer_of_path
from ..layers.inputs import AREA_FORMATS, area_source, raster_source, write_copy
from ..protocol import Extent, InputError, listed
from .parameters import key_of

RASTERS = ("raster", "layer")  # types of parameters that take one


class ParameterValues:
    """The values given to one run of an algorithm, by field of its job."""

    def __init__(
        self,
        algorithm: QgsProcessingAlgorithm,
        parameters: Mapping[str, Any],
        context: QgsProcessingContext,
    ) -> None:
        self._algorithm = algorithm
        self._parameters = dict(parameters)
        self._context = context

    def has(self, name: str) -> bool:
        """Say whether the user gave a value for the field `name`."""
        value = self._parameters.get(key_of(name))
        return not is_null(value) and value != ""

    def required_layer(self, name: str) -> QgsRasterLayer:
        """Return the raster layer given for `name`.

        Raises:
            InputError: none was given, or what was given is no raster.
        """
        layer = self.layer(name)
        if layer is None:
            raise InputError(f"{key_of(name)} is missing: choose a raster.")
        return layer

    def layer(self, name: str) -> Optional[QgsRasterLayer]:
        """Return the raster layer given for `name`, None where none was given.

        Raises:
            InputError: what was given is no raster.
        """
        if not self.has(name):
            return None
        layer = self._algorithm.parameterAsRasterLayer(
            self._parameters, key_of(name), self._context
        )
        if layer is None:
            raise InputError(
                f"{key_of(name)} '{self._parameters[key_of(name)]}' cannot be opened as a raster: "
                "check that the file is there and not damaged."
            )
        return layer

    def destination_problems(self, names: Iterable[str]) -> Tuple[str, ...]:
        """Return what is wrong with the file names of destinations."""
        return tuple(
            f"{key_of(name)} cannot be written: {why}"
            for name in names
            if self.has(name)
            for is_fine, why in [self._is_supported(key_of(name))]
            if not is_fine
        )

    def choice_problems(self) -> Tuple[str, ...]:
        """Return which words are not among those to choose from; QGIS would not name these."""
        choices = (each for each in self._algorithm.parameterDefinitions() if each.type() == "enum")
        return tuple(
            f"{each.name()} cannot be '{value}': choose {listed(each.options(), 'or')}."
            for each in choices
            for value in [self._parameters.get(each.name())]
            if isinstance(value, (str, int)) and str(value) not in ("", *each.options())
        )

    def sources(self, names: Iterable[str]) -> Dict[str, Any]:
        """Return the path of each raster that was given.

        Raises:
            InputError: a raster is no file that the engine can open.
        """
        layers = {name: self.layer(name) for name in names}
        return {name: raster_source(layer) for name, layer in layers.items() if layer is not None}

    def either_source(self, name: str, *, is_draft: bool = False) -> str:
        """Return the file of a raster or of polygons given for `name`; empty where none was.

        Args:
            name: of the field.
            is_draft: the file is not going to be read, so nothing is written for it.

        Raises:
            InputError: it is no file that the engine can open.
        """
        if not self.has(name):
            return ""
        layer = self._algorithm.parameterAsLayer(self._parameters, key_of(name), self._context)
        if layer is None:
            raise InputError(
                f"{key_of(name)} '{self._parameters[key_of(name)]}' cannot be opened as a layer: "
                "check that the file is there and not damaged."
            )
        if isinstance(layer, QgsRasterLayer):
            return raster_source(layer)
        return layer.source() if is_draft else area_source(layer, self._context)

    def plain(self, names: Iterable[str]) -> Dict[str, Any]:
        """Return each number, word and flag that was given."""
        return {name: self._plain(name) for name in names if self.has(name)}

    def lists(self, names: Iterable[str]) -> Dict[str, Any]:
        """Return the parts between the commas, a tuple of words, of each text that was given."""
        return {
            name: tuple(part.strip() for part in text.split(",") if part.strip())
            for name, text in self.plain(names).items()
        }

    def extent(self, name: str, crs: QgsCoordinateReferenceSystem) -> Optional[Extent]:
        """Return the extent given for `name`, in `crs`; None where none was given."""
        if not self.has(name):
            return None
        box = self._algorithm.parameterAsExtent(self._parameters, key_of(name), self._context, crs)
        if box.isNull():
            return None
        return (box.xMinimum(), box.yMinimum(), box.xMaximum(), box.yMaximum())

    def area(self, name: str) -> str:
        """Return a vector file with exactly the polygons given for `name`; empty where none were.

        Memory layers, filters, selections and layers that were given another CRS are written to
        a temporary GeoPackage.

        Raises:
            InputError: it cannot be written.
        """
        if not self.has(name):
            return ""
        given = (self._parameters, key_of(name), self._context)
        layer = self._algorithm.parameterAsVectorLayer(*given)
        if layer is not None and has_other_crs(layer):
            source = self._algorithm.parameterAsSource(*given)
            features = source.getFeatures()
            crs = source.sourceCrs()
            return write_copy(source.fields(), source.wkbType(), crs, features, self._context)
        feedback = QgsProcessingFeedback()  # QGIS 3.22 crashes without one
        return self._algorithm.parameterAsCompatibleSourceLayerPath(
            self._parameters, key_of(name), self._context, list(AREA_FORMATS), "gpkg", feedback
        )

    def _is_supported(self, key: str) -> Tuple[bool, str]:
        definition = self._algorithm.parameterDefinition(key)
        # QGIS 3.22 has the context load a layer for each temporary destination that it looks at.
        return definition.isSupportedOutputValue(self._parameters[key], QgsProcessingContext())

    def _plain(self, name: str) -> Any:
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
    """Return `parameters` with layers for paths that declare a CRS or a nodata value.

    A job names its rasters so, and so does a command copied from the dock. Main thread only.

    Raises:
        InputError: a nodata value is no number.
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
