# SPDX-License-Identifier: GPL-2.0-or-later
"""`orthoscribe:status`: state of the engine and the installed models, for scripts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Dict, List, Optional

from qgis.core import QgsProcessingAlgorithm, QgsProcessingOutputString
from qgis.PyQt.QtGui import QIcon

from ..choices import model_choices
from ..engine_client.environment import usable_runtime
from ..i18n import tr
from ..metadata import read_metadata
from ..paths import ICON

if TYPE_CHECKING:
    from qgis.core import QgsProcessingContext, QgsProcessingFeedback

    from .engine_access import EngineAccess
    from .post_processing import KeepReference

OUTPUTS = {
    "VERSION": "Version of the plugin",
    "ENGINE": "Interpreter of the engine, empty if none is installed",
    "DEVICE": "Build of PyTorch and the device that passed the self-test, as linux-cuda, auto",
    "MODELS": "Names of the models, comma-separated",
    "ADVICE": "What to do, empty if jobs can be run",
}


class ShowStatus(QgsProcessingAlgorithm):  # type: ignore[misc]
    """An algorithm that reports the state, and runs without an engine.

    Args:
        engine: access to the engine.
        keep_reference: callback of the other algorithms, not used.
    """

    def __init__(self, engine: EngineAccess, keep_reference: KeepReference) -> None:
        super().__init__()
        self._engine = engine
        self._keep_reference = keep_reference

    def name(self) -> str:
        """Return the permanent identifier."""
        return "status"

    def displayName(self) -> str:
        """Return the title in the toolbox."""
        return tr("Show status")

    def shortHelpString(self) -> str:
        """Return the help text."""
        return tr(
            "Reports whether the engine is installed, which models there are, and what to do if no "
            "job can be run. It starts nothing, so scripts can call it first."
        )

    def tags(self) -> List[str]:
        """Return search terms."""
        return [tr("engine"), tr("models"), tr("installation")]

    def icon(self) -> QIcon:
        """Return the plugin's icon."""
        return QIcon(str(ICON))

    def svgIconPath(self) -> str:
        """Return the file of the plugin's icon."""
        return str(ICON)

    def createInstance(self) -> ShowStatus:
        """Return a new instance with the same collaborators."""
        return type(self)(self._engine, self._keep_reference)

    def initAlgorithm(self, configuration: Optional[Dict[str, Any]] = None) -> None:
        """Declare outputs; there are no parameters."""
        for key, title in OUTPUTS.items():
            self.addOutput(QgsProcessingOutputString(key, tr(title)))

    def processAlgorithm(
        self,
        parameters: Dict[str, Any],
        context: QgsProcessingContext,
        feedback: QgsProcessingFeedback,
    ) -> Dict[str, str]:
        """Return the state, and show it."""
        runtime, models = usable_runtime(), model_choices()
        results = {
            "VERSION": read_metadata().version,
            "ENGINE": runtime.python if runtime else "",
            "DEVICE": f"{runtime.variant}, {runtime.device}" if runtime else "",
            "MODELS": ",".join(model.value for model in models),
            "ADVICE": tr(self._engine.unavailable_reason()),
        }
        for key, title in OUTPUTS.items():
            feedback.pushInfo(f"{tr(title)}: {results[key] or '-'}")
        for model in models:
            feedback.pushInfo(f"{model.value}: {model.title}")
        return results
