# SPDX-License-Identifier: GPL-2.0-or-later
"""The layer for drawn corrections: its file, and how it is shown and edited.

Only this module, `outputs` and `demo_scene` add layers to a project. Main thread only.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Iterable, Optional

from qgis.core import (
    QgsCategorizedSymbolRenderer,
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransformContext,
    QgsDefaultValue,
    QgsEditFormConfig,
    QgsEditorWidgetSetup,
    QgsField,
    QgsFields,
    QgsProcessingUtils,
    QgsRendererCategory,
    QgsVectorFileWriter,
    QgsVectorLayer,
    QgsWkbTypes,
)

from ..compat import INTEGER_TYPE
from ..i18n import tr
from ..protocol import OutputError
from ..styling.vector import class_color, polygon_symbol
from .inputs import file_and_layer
from .results import ROLE

if TYPE_CHECKING:
    from qgis.core import QgsMapLayer, QgsProject

    from ..protocol import Legend

CORRECTIONS = "corrections"  # role of the layer, its name in the file, and stem of the file
CLASS_FIELD = "class"
FILL_ALPHA = 90
MOST_NAMES = 1000


def corrections_file(layers: Iterable[QgsMapLayer], project: QgsProject) -> Optional[Path]:
    """Return where corrections are stored without asking; None if only temporary places are known.

    Args:
        layers: result and image that are corrected, the preferred neighbor first.
        project: open project.
    """
    files = [file_and_layer(layer)[0] for layer in layers]
    folders = [Path(file).parent for file in files if file and Path(file).is_file()]
    folders += [Path(project.homePath())] if project.homePath() else []
    temporary = Path(QgsProcessingUtils.tempFolder()).resolve()
    kept = [each for each in folders if temporary not in each.resolve().parents]
    return kept[0] / f"{CORRECTIONS}.gpkg" if kept else None


def create_corrections(wanted: Path, crs: QgsCoordinateReferenceSystem) -> Path:
    """Create an empty layer for corrections in a new GeoPackage, and return its path.

    Args:
        wanted: path of the file; a number is added if it exists.
        crs: CRS of the image.

    Raises:
        OutputError: if the file cannot be written.
    """
    path = _free_path(wanted)
    fields = QgsFields()
    fields.append(QgsField(CLASS_FIELD, INTEGER_TYPE))
    options = QgsVectorFileWriter.SaveVectorOptions()
    options.driverName, options.layerName = "GPKG", CORRECTIONS
    writer = QgsVectorFileWriter.create(
        str(path), fields, QgsWkbTypes.Type.Polygon, crs, QgsCoordinateTransformContext(), options
    )
    problem = writer.errorMessage()
    del writer  # closes the file
    if problem or not path.is_file():
        raise OutputError(
            f"The layer for your corrections cannot be written to {path} ({problem or 'no file'}): "
            "choose a folder in which you may write."
        )
    return path


def open_corrections(path: Path, legend: Legend, project: QgsProject) -> QgsVectorLayer:
    """Return the layer of a file with corrections, added to the top of the project if missing.

    Raises:
        OutputError: if the file holds no polygons with the field of the class.
    """
    layer = corrections_of(path, project)
    if layer is None:
        layer = QgsVectorLayer(f"{path}|layername={CORRECTIONS}", tr("Corrections"), "ogr")
        if not layer.isValid() or layer.fields().lookupField(CLASS_FIELD) < 0:
            raise OutputError(
                f"The file {path} cannot be opened as corrections: choose another file, or start "
                "a new layer."
            )
        project.addMapLayer(layer, False)
        project.layerTreeRoot().insertLayer(0, layer)
    show_classes(layer, legend)
    return layer


def corrections_of(path: Path, project: QgsProject) -> Optional[QgsVectorLayer]:
    """Return the layer of the project that shows a file with corrections; None without one."""
    for layer in project.mapLayers().values():
        if isinstance(layer, QgsVectorLayer) and layer.isValid():
            file, name = file_and_layer(layer)
            if name == CORRECTIONS and Path(file).resolve() == path.resolve():
                return layer
    return None


def is_corrections(layer: QgsVectorLayer) -> bool:
    """Return whether a layer was made for corrections, so that its polygons may be mended."""
    return bool(layer.customProperty(ROLE) == CORRECTIONS)


def show_classes(layer: QgsVectorLayer, legend: Legend) -> None:
    """Give the layer the legend's colors, and a form with the class only."""
    layer.setCustomProperty(ROLE, CORRECTIONS)
    categories = [
        QgsRendererCategory(
            each.code, polygon_symbol(layer, class_color(each), FILL_ALPHA), each.title
        )
        for each in legend.classes
    ]
    layer.setRenderer(QgsCategorizedSymbolRenderer(CLASS_FIELD, categories))
    index = layer.fields().lookupField(CLASS_FIELD)
    titles = [{tr(each.title): each.code} for each in legend.classes]
    layer.setFieldAlias(index, tr("Class"))
    layer.setEditorWidgetSetup(index, QgsEditorWidgetSetup("ValueMap", {"map": titles}))
    for other in range(layer.fields().count()):
        if other != index:
            layer.setEditorWidgetSetup(other, QgsEditorWidgetSetup("Hidden", {}))
    form = layer.editFormConfig()
    # The class is chosen before drawing, so no form interrupts it; identifying still opens one.
    form.setSuppress(QgsEditFormConfig.FeatureFormSuppress.SuppressOn)
    layer.setEditFormConfig(form)
    layer.setDisplayExpression(f'represent_value("{CLASS_FIELD}")')
    layer.triggerRepaint()


def set_next_class(layer: QgsVectorLayer, code: int) -> None:
    """Let the next polygons that are drawn get a class."""
    index = layer.fields().lookupField(CLASS_FIELD)
    layer.setDefaultValueDefinition(index, QgsDefaultValue(str(code)))


def _free_path(wanted: Path) -> Path:
    names = (wanted, *(wanted.with_stem(f"{wanted.stem}_{n}") for n in range(2, MOST_NAMES)))
    return next(each for each in names if not each.exists())
