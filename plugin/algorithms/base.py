# SPDX-License-Identifier: GPL-2.0-or-later
"""Base class of the algorithms: reads a job, runs it in the engine, and returns its results.

A subclass declares its texts and parameters, and implements the conversion of parameters to a job
and of the outcome to output values.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar, Dict, List, Mapping, Optional, Tuple

from qgis.core import (
    QgsProcessingAlgorithm,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
)
from qgis.PyQt.QtGui import QIcon

from ..errors import error_text
from ..i18n import tr
from ..paths import ICON
from ..protocol import Job, OrthoscribeError, Outcome
from .destinations import without_skipped_outputs
from .output_conflicts import conflict_problems
from .output_folder import output_folder, temporary_folder
from .parameter_values import ParameterValues, with_declared_layers
from .parameters import key_of
from .wording import wording_for

if TYPE_CHECKING:
    from pathlib import Path

    from .engine_access import EngineAccess
    from .post_processing import KeepReference

ParameterMap = Dict[str, Any]


class JobAlgorithm(QgsProcessingAlgorithm):  # type: ignore[misc]
    """An algorithm that runs one job.

    Args:
        engine: access to the engine.
        keep_reference: callback that keeps an object for the lifetime of the provider.
    """

    NAME: ClassVar[str]
    TITLE: ClassVar[str]
    HELP: ClassVar[str]
    TAGS: ClassVar[Tuple[str, ...]]
    JOB_TYPE: ClassVar[type]
    # Name of each file that a run writes into the folder OUTPUT, by the key of the parameter that
    # overrides its path.
    FOLDER_FILES: ClassVar[Mapping[str, str]] = {}
    # Roles of the files that are outputs by themselves, without a destination parameter.
    ARTIFACTS: ClassVar[Tuple[str, ...]] = ()

    def __init__(self, engine: EngineAccess, keep_reference: KeepReference) -> None:
        super().__init__()
        self._engine = engine
        self._keep_reference = keep_reference
        self._job: Any = None  # of type JOB_TYPE after `prepareAlgorithm`
        self._warnings: Tuple[str, ...] = ()
        self._copies: Mapping[str, str] = {}

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
        return type(self)(self._engine, self._keep_reference)

    def canExecute(self) -> Tuple[bool, str]:
        """Return whether the engine is installed, and otherwise a message."""
        reason = tr(self._engine.unavailable_reason())
        return not reason, reason

    def checkParameterValues(
        self, parameters: ParameterMap, context: QgsProcessingContext
    ) -> Tuple[bool, str]:
        """Return whether the values are valid, and otherwise messages, our own if there are any."""
        try:
            parameters = self._normalized(parameters, context)
        except OrthoscribeError as error:
            return False, self._in_words(error_text(error))
        problems = self._problems(parameters, context)
        if problems:
            return False, "\n".join(problems)
        return super().checkParameterValues(parameters, context)

    def prepareAlgorithm(
        self,
        parameters: ParameterMap,
        context: QgsProcessingContext,
        feedback: QgsProcessingFeedback,
    ) -> bool:
        """Read the parameters and layers into a job (main thread).

        Repeats `canExecute` and `checkParameterValues`, because `qgis_process` skips the former
        and models skip the latter.

        Raises:
            QgsProcessingException: if the job cannot be run.
        """
        try:
            parameters = self._normalized(parameters, context)
            reason = tr(self._engine.unavailable_reason())
            problems = (reason,) if reason else self._problems(parameters, context)
            if problems:
                raise QgsProcessingException("\n".join(problems))
            values = ParameterValues(self, parameters, context)
            self._job = self.read_job(values)
            self._warnings = self.input_warnings(values, self._job)
            self._copies = values.copies
        except OrthoscribeError as error:
            raise QgsProcessingException(self._in_words(error_text(error))) from error
        reading = getattr(self._job, "heights_reading", "")
        if reading:
            feedback.pushInfo(tr("Heights are read as: {reading}.").format(reading=tr(reading)))
        for sentence in self._warnings:
            feedback.pushWarning(self._in_words(sentence))
        return True

    def processAlgorithm(
        self,
        parameters: ParameterMap,
        context: QgsProcessingContext,
        feedback: QgsProcessingFeedback,
    ) -> ParameterMap:
        """Run the job (background thread).

        Raises:
            QgsProcessingException: if the job failed or was canceled.
        """
        parameters = without_skipped_outputs(self, parameters, context)
        # Evaluated once, because QGIS may return another temporary path each time.
        folder = output_folder(self, parameters, context)
        job = replace(self._job, output=str(folder or temporary_folder()))
        parameters, job = self.set_output_files(job, parameters, context, folder)
        outcome = self._engine.run(job, feedback, self._warnings, self._in_words)
        return self.output_values(job, outcome, parameters, context, feedback)

    def problems(self, values: ParameterValues, context: QgsProcessingContext) -> Tuple[str, ...]:
        """Return the problems that keep the job from running, found without reading pixels."""
        raise NotImplementedError

    def read_job(self, values: ParameterValues) -> Job:
        """Return the job with placeholders for its outputs.

        Raises:
            OrthoscribeError: if the values are not valid.
        """
        raise NotImplementedError

    def input_warnings(self, values: ParameterValues, job: Any) -> Tuple[str, ...]:
        """Return warnings about inputs of a job that can be run."""
        return ()

    def set_output_files(
        self,
        job: Any,
        parameters: ParameterMap,
        context: QgsProcessingContext,
        folder: Optional[Path],
    ) -> Tuple[ParameterMap, Any]:
        """Return the parameters and the job with the path of each output beside the folder.

        Args:
            job: job with its output folder.
            parameters: parameter values by key.
            context: Processing context of the run.
            folder: output folder given by the user; None if it is temporary.
        """
        return parameters, job

    def output_values(
        self,
        job: Any,
        outcome: Outcome,
        parameters: ParameterMap,
        context: QgsProcessingContext,
        feedback: QgsProcessingFeedback,
    ) -> ParameterMap:
        """Return the value of each output: the folder, and the file of each of `ARTIFACTS`."""
        files = {key_of(role): outcome.artifacts.get(role) for role in self.ARTIFACTS}
        return {"OUTPUT": job.output, **files}

    def _normalized(self, parameters: ParameterMap, context: QgsProcessingContext) -> ParameterMap:
        wanted = without_skipped_outputs(self, parameters, context)
        return with_declared_layers(self, wanted, context)

    def _problems(self, parameters: ParameterMap, context: QgsProcessingContext) -> Tuple[str, ...]:
        values = ParameterValues(self, parameters, context)
        found = (
            *values.choice_problems(),
            *conflict_problems(self, parameters, context, self.FOLDER_FILES),
        )
        try:
            found += self.problems(values, context)
        except OrthoscribeError as error:
            found += (error_text(error),)
        return tuple(map(self._in_words, found))

    def _in_words(self, message: str) -> str:
        return wording_for(self, self._copies)(message)
