# SPDX-License-Identifier: GPL-2.0-or-later
"""Processing provider `orthoscribe`, for the toolbox and `qgis_process`. It needs no window."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, List, Optional, Sequence, Tuple, Type

from qgis.core import QgsProcessingProvider
from qgis.PyQt.QtGui import QIcon

from ..metadata import read_metadata
from ..paths import ICON
from .changes import OutlineChanges
from .compare import CompareNetworks
from .engine_access import EngineAccess
from .evaluate import EvaluateModel
from .finetune import FinetuneModel
from .label import LabelImage
from .makescene import MakeScene
from .status import ShowStatus
from .train import TrainModel
from .vectorize import VectorizeClasses

if TYPE_CHECKING:
    from .base import JobAlgorithm

ALGORITHMS: Tuple[Type[JobAlgorithm], ...] = (
    LabelImage,
    VectorizeClasses,
    OutlineChanges,
    FinetuneModel,
    TrainModel,
    EvaluateModel,
    CompareNetworks,
    MakeScene,
)


class OrthoscribeProvider(QgsProcessingProvider):  # type: ignore[misc]
    """Provider of the algorithms; keeps references to objects that outlive an algorithm.

    Args:
        command: command line of another engine than the installed one.
    """

    def __init__(self, command: Optional[Sequence[str]] = None) -> None:
        super().__init__()
        self._engine = EngineAccess(command)
        self._references: List[Any] = []

    def id(self) -> str:
        """Return the permanent identifier."""
        return "orthoscribe"

    def name(self) -> str:
        """Return the name in the toolbox."""
        return read_metadata().name

    def longName(self) -> str:
        """Return the name with the version."""
        metadata = read_metadata()
        return f"{metadata.name} {metadata.version}"

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
        """Return the raster formats of the engine: GeoTIFF, regardless of the user's default."""
        return ["tif", "tiff"]

    def loadAlgorithms(self) -> None:
        """Add an instance of each algorithm."""
        for algorithm in ALGORITHMS:
            self.addAlgorithm(algorithm(self._engine, self._references.append))
        self.addAlgorithm(ShowStatus(self._engine, self._references.append))
