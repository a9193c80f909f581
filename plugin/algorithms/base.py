# SPDX-License-Identifier: GPL-2.0-or-later
"""What all our algorithms share: read a job, run it through the door, return what came of it.

An algorithm is declarative: five strings, its parameters, how they become a job, what comes back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Dict, List, Mapping, Tuple

from qgis.core import (
    QgsProcessingAlgorithm,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
)
from qgis.PyQt.QtGui import QIcon

from ..errors import sentence_of
from ..i18n import tr
from ..paths import ICON
from ..protocol import Job, OrthoscribeError, Outcome
from .clashes import clash_problems
from .destinations import without_unwanted
from .values import ParameterValues, with_declared_layers

if TYPE_CHECKING:
    from .door import EngineDoor
    from .dressing import Keep

Values = Dict[str, Any]


class JobAlgorithm(QgsProcessingAlgorithm):  # type: ignore[misc]
    """An algorithm that runs one job.

    Args:
        door: the way to the engine.
        keep: keeps what it is given alive as long as the provider.
    """

    NAME: ClassVar[str]
    TITLE: ClassVar[str]
    HELP: ClassVar[str]
    TAGS: ClassVar[Tuple[str, ...]]
    JOB_TYPE: ClassVar[type]
    # What a run writes into the folder OUTPUT, by the key of what names another place for it.
    FOLDER_FILES: ClassVar[Mapping[str, str]] = {}

    def __init__(self, door: EngineDoor, keep: Keep) -> None:
        super().__init__()
        self._door = door
        self._keep = keep
        self._job: Any = None  # one of JOB_TYPE, once prepared
        self._doubts: Tuple[str, ...] = ()

    def name(self) -> str:
        """Return the permanent name."""
        return self.NAME

    def displayName(self) -> str:
        """Return what people read."""
        return tr(self.TITLE)

    def shortHelpString(self) -> str:
        """Return what stands beside the parameters."""
        return tr(self.HELP)

    def tags(self) -> List[str]:
        """Return words under which it is found."""
        return [tr(tag) for tag in self.TAGS]

    def group(self) -> str:
        """Return no group: there are few algorithms."""
        return ""

    def groupId(self) -> str:
        """Return no group: there are few algorithms."""
        return ""

    def icon(self) -> QIcon:
        """Return the plugin's icon."""
        return QIcon(str(ICON))

    def svgIconPath(self) -> str:
        """Return the file of the plugin's icon."""
        return str(ICON)

    def createInstance(self) -> JobAlgorithm:
        """Return a new one with the same collaborators."""
        return type(self)(self._door, self._keep)

    def canExecute(self) -> Tuple[bool, str]:
        """Say at once whether there is an engine to run."""
        why = tr(self._door.why_closed())
        return not why, why

    def checkParameterValues(
        self, parameters: Values, context: QgsProcessingContext
    ) -> Tuple[bool, str]:
        """Say what can be told wrong in an instant, in our words where we have any."""
        try:
            parameters = self._settled(parameters, context)
        except OrthoscribeError as error:
            return False, sentence_of(error)
        problems = self._problems(parameters, context)
        if problems:
            return False, "\n".join(problems)
        return super().checkParameterValues(parameters, context)

    def prepareAlgorithm(
        self, parameters: Values, context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> bool:
        """Read layers into a job, on the main thread.

        `qgis_process` does not ask `canExecute`, nor a model `checkParameterValues`: both are
        asked again.

        Raises:
            QgsProcessingException: the job cannot be run.
        """
        try:
            parameters = self._settled(parameters, context)
            why = tr(self._door.why_closed())
            problems = (why,) if why else self._problems(parameters, context)
            if problems:
                raise QgsProcessingException("\n".join(problems))
            values = ParameterValues(self, parameters, context)
            self._job = self.read_job(values)
            self._doubts = self.doubts(values, self._job)
        except OrthoscribeError as error:
            raise QgsProcessingException(sentence_of(error)) from error
        for sentence in self._doubts:
            feedback.pushWarning(sentence)
        return True

    def processAlgorithm(
        self, parameters: Values, context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> Values:
        """Run the job, on a background thread.

        Raises:
            QgsProcessingException: it failed or was canceled.
        """
        parameters = without_unwanted(self, parameters, context)
        parameters, job = self.place(self._job, parameters, context)
        outcome = self._door.run(job, feedback, told=self._doubts)
        return self.collect(job, outcome, parameters, context, feedback)

    def problems(self, values: ParameterValues, context: QgsProcessingContext) -> Tuple[str, ...]:
        """Return what can be told wrong in an instant, in plain sentences."""
        raise NotImplementedError

    def read_job(self, values: ParameterValues) -> Job:
        """Return the job, its outputs not yet placed.

        Raises:
            OrthoscribeError: the values make no job.
        """
        raise NotImplementedError

    def doubts(self, values: ParameterValues, job: Any) -> Tuple[str, ...]:
        """Return what is doubtful about the inputs although the job can be run."""
        return ()

    def place(
        self, job: Any, parameters: Values, context: QgsProcessingContext
    ) -> Tuple[Values, Any]:
        """Return the parameters and the job with every destination settled."""
        raise NotImplementedError

    def collect(
        self,
        job: Any,
        outcome: Outcome,
        parameters: Values,
        context: QgsProcessingContext,
        feedback: QgsProcessingFeedback,
    ) -> Values:
        """Return the value of every output."""
        raise NotImplementedError

    def _settled(self, parameters: Values, context: QgsProcessingContext) -> Values:
        wanted = without_unwanted(self, parameters, context)
        return with_declared_layers(self, wanted, context)

    def _problems(self, parameters: Values, context: QgsProcessingContext) -> Tuple[str, ...]:
        values = ParameterValues(self, parameters, context)
        told = (
            *values.choice_problems(),
            *clash_problems(self, parameters, context, self.FOLDER_FILES),
        )
        try:
            return (*told, *self.problems(values, context))
        except OrthoscribeError as error:
            return (*told, sentence_of(error))
