# SPDX-License-Identifier: GPL-2.0-or-later
"""Errors whose messages are shown to the user.

Every message is one or two sentences: what is wrong, why, and what to do.
"""

from __future__ import annotations

from typing import ClassVar


class OrthoscribeError(Exception):
    """Base class of errors whose message is written for the user."""

    kind: ClassVar[str] = "error"


class JobError(OrthoscribeError):
    """The job is invalid: an unknown key, a value out of range or a missing field."""

    kind = "job"


class InputError(OrthoscribeError):
    """An input raster or vector cannot be used."""

    kind = "input"


class ModelError(OrthoscribeError):
    """A model folder is missing, damaged or incompatible with the job."""

    kind = "model"


class OutputError(OrthoscribeError):
    """An output file cannot be written."""

    kind = "output"


class DeviceError(OrthoscribeError):
    """The selected device is not available or fails."""

    kind = "device"


class EngineError(OrthoscribeError):
    """The engine process cannot be started or has ended unexpectedly."""

    kind = "engine"


class JobCanceled(OrthoscribeError):
    """The job was canceled; this is not a failure."""

    kind = "canceled"
