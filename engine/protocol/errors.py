# SPDX-License-Identifier: GPL-2.0-or-later
"""What can go wrong, said to the user.

Every message is one or two sentences: what is wrong, why it matters, what to do about it.
"""

from __future__ import annotations

from typing import ClassVar


class OrthoscribeError(Exception):
    """An error whose text is written for the user, not for a developer."""

    kind: ClassVar[str] = "error"


class JobError(OrthoscribeError):
    """The job itself cannot be run: an unknown key, a value out of range, a missing field."""

    kind = "job"


class InputError(OrthoscribeError):
    """An input raster or vector cannot be used."""

    kind = "input"


class ModelError(OrthoscribeError):
    """A model folder is missing, broken or does not fit the job."""

    kind = "model"


class OutputError(OrthoscribeError):
    """A destination cannot be written."""

    kind = "output"


class DeviceError(OrthoscribeError):
    """The chosen device is missing or fails."""

    kind = "device"


class EngineError(OrthoscribeError):
    """The engine process cannot be started or died."""

    kind = "engine"


class JobCanceled(OrthoscribeError):
    """Somebody asked the job to stop; nothing is wrong."""

    kind = "canceled"
