# SPDX-License-Identifier: GPL-2.0-or-later
"""The provider `orthoscribe`: what the toolbox and `qgis_process` list. It needs no window."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, List, Optional, Sequence, Tuple, Type

from qgis.core import QgsProcessingProvider
from qgis.PyQt.QtGui import QIcon

from ..metadata import read_metadata
from ..paths import ICON
from .compare import CompareNetworks
from .door import EngineDoor
from .evaluate import EvaluateModel
from .label import LabelImage
from .makescene import MakeScene
from .train import TrainModel
from .vectorize import VectorizeClasses

if TYPE_CHECKING:
    from .base import JobAlgorithm

ALGORITHMS: Tuple[Type[JobAlgorithm], ...] = (
    LabelImage,
    VectorizeClasses,
    TrainModel,
    EvaluateModel,
    CompareNetworks,
    MakeScene,
)


class OrthoscribeProvider(QgsProcessingProvider):  # type: ignore[misc]
    """Lists our algorithms, and keeps alive what outlives a run of them.

    Args:
        command: starts another engine than the installed one.
    """

    def __init__(self, command: Optional[Sequence[str]] = None) -> None:
        super().__init__()
        self._door = EngineDoor(command)
        self._kept: List[Any] = []

    def id(self) -> str:
        """Return the permanent id."""
        return "orthoscribe"

    def name(self) -> str:
        """Return what people read."""
        return read_metadata().name

    def longName(self) -> str:
        """Return the name with the version."""
        ours = read_metadata()
        return f"{ours.name} {ours.version}"

    def versionInfo(self) -> str:
        """Return the version."""
        return read_metadata().version

    def icon(self) -> QIcon:
        """Return the plugin's icon."""
        return QIcon(str(ICON))

    def svgIconPath(self) -> str:
        """Return the file of the plugin's icon."""
        return str(ICON)

    def supportedOutputRasterLayerExtensions(self) -> List[str]:
        """Return what the engine writes: GeoTIFF, whatever the user's default is."""
        return ["tif", "tiff"]

    def loadAlgorithms(self) -> None:
        """Add one of each."""
        for algorithm in ALGORITHMS:
            self.addAlgorithm(algorithm(self._door, self._kept.append))
