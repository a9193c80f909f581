# SPDX-License-Identifier: GPL-2.0-or-later
"""Base class of the algorithms: reads a job, runs it in the engine, and returns its results.

A subclass declares its texts and parameters, and implements the conversion of parameters to a job
and of the outcome to output values.
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
    from .door import EngineGateway
    from .dressing import Keep

Values = Dict[str, Any]


class JobAlgorithm(QgsProcessingAlgorithm):  # type: ignore[misc]
    """An algorithm that runs one job.

    Args:
        gateway: access to the engine.
        keep: callback that keeps a reference to an object for the lifetime of the provider.
    """

    NAME: ClassVar[str]
    TITLE: ClassVar[str]
    HELP: ClassVar[str]
    TAGS: ClassVar[Tuple[str, ...]]
    JOB_TYPE: ClassVar[type]
    # Name of each file that a run writes into the folder OUTPUT, by the key of the parameter that
    # overrides its path.
    FOLDER_FILES: ClassVar[Mapping[str, str]] = {}

    def __init__(self, gateway: EngineGateway, keep: Keep) -> None:
        super().__init__()
        self._gateway = gateway
        self._keep = keep
        self._job: Any = None  # of type JOB_TYPE after `prepareAlgorithm`
        self._doubts: Tuple[str, ...] = ()

    def name(self) -> str:
        """Return the permanent identifier."""
        return self.NAME

    def displayName(self) -> str:
        """Return the title in the toolbox."""
        return tr(self.TITLE)

    def shortHelpString(self) -> str:
        """Return the help text beside the parameters."""
        return tr(self.HELP)

    def tags(self) -> List[str]:
        """Return search terms."""
        return [tr(tag) for tag in self.TAGS]

    def group(self) -> str:
        """Return an empty name, because there are few algorithms."""
        return ""

    def groupId(self) -> str:
        """Return an empty identifier, because there are few algorithms."""
        return ""

    def icon(self) -> QIcon:
        """Return the plugin's icon."""
        return QIcon(str(ICON))

    def svgIconPath(self) -> str:
        """Return the file of the plugin's icon."""
        return str(ICON)

    def createInstance(self) -> JobAlgorithm:
        """Return a new instance with the same collaborators."""
        return type(self)(self._gateway, self._keep)

    def canExecute(self) -> Tuple[bool, str]:
        """Return whether the engine is installed, and otherwise a message."""
        reason = tr(self._gateway.unavailable_reason())
        return not reason, reason

    def checkParameterValues(
        self, parameters: Values, context: QgsProcessingContext
    ) -> Tuple[bool, str]:
        """Return whether the values are valid, and otherwise messages, our own if there are any."""
        try:
            parameters = self._normalized(parameters, context)
        except OrthoscribeError as error:
            return False, sentence_of(error)
        problems = self._problems(parameters, context)
        if problems:
            return False, "\n".join(problems)
        return super().checkParameterValues(parameters, context)

    def prepareAlgorithm(
        self, parameters: Values, context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> bool:
        """Read the parameters and layers into a job (main thread).

        Repeats `canExecute` and `checkParameterValues`, because `qgis_process` skips the former
        and models skip the latter.

        Raises:
            QgsProcessingException: if the job cannot be run.
        """
        try:
            parameters = self._normalized(parameters, context)
            reason = tr(self._gateway.unavailable_reason())
            problems = (reason,) if reason else self._problems(parameters, context)
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
        """Run the job (background thread).

        Raises:
            QgsProcessingException: if the job failed or was canceled.
        """
        parameters = without_unwanted(self, parameters, context)
        parameters, job = self.place(self._job, parameters, context)
        outcome = self._gateway.run(job, feedback, already_shown=self._doubts)
        return self.collect(job, outcome, parameters, context, feedback)

    def problems(self, values: ParameterValues, context: QgsProcessingContext) -> Tuple[str, ...]:
        """Return the problems that keep the job from running, found without reading pixels."""
        raise NotImplementedError

    def read_job(self, values: ParameterValues) -> Job:
        """Return the job with placeholders for its outputs.

        Raises:
            OrthoscribeError: if the values are not valid.
        """
        raise NotImplementedError

    def doubts(self, values: ParameterValues, job: Any) -> Tuple[str, ...]:
        """Return warnings about inputs of a job that can be run."""
        return ()

    def place(
        self, job: Any, parameters: Values, context: QgsProcessingContext
    ) -> Tuple[Values, Any]:
        """Return the parameters and the job with the final path of each output."""
        raise NotImplementedError

    def collect(
        self,
        job: Any,
        outcome: Outcome,
        parameters: Values,
        context: QgsProcessingContext,
        feedback: QgsProcessingFeedback,
    ) -> Values:
        """Return the value of each output."""
        raise NotImplementedError

    def _normalized(self, parameters: Values, context: QgsProcessingContext) -> Values:
        wanted = without_unwanted(self, parameters, context)
        return with_declared_layers(self, wanted, context)

    def _problems(self, parameters: Values, context: QgsProcessingContext) -> Tuple[str, ...]:
        values = ParameterValues(self, parameters, context)
        found = (
            *values.choice_problems(),
            *clash_problems(self, parameters, context, self.FOLDER_FILES),
        )
        try:
            return (*found, *self.problems(values, context))
        except OrthoscribeError as error:
            return (*found, sentence_of(error))
