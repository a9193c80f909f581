# SPDX-License-Identifier: GPL-2.0-or-later
"""The verbs `label`, `vectorize`, `scene`, ...: run a job given by flags."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from ..outputs.paths import with_absolute_paths
from ..protocol import JOB_TYPES
from .foreground import run_in_foreground
from .scene_flags import with_further_scenes

if TYPE_CHECKING:
    from argparse import Namespace

    from ..process.channel import Channel

_JOB_TYPES = {job_type.kind: job_type for job_type in JOB_TYPES}


def main(given: Namespace, channel: Channel) -> int:
    """Run the job that the flags describe.

    Raises:
        JobError: if a value is not valid.
    """
    job_type = _JOB_TYPES[given.verb]
    names = {field.name for field in dataclasses.fields(job_type)}
    values = {name: value for name, value in vars(given).items() if name in names}
    job = job_type(**with_further_scenes(values))
    return run_in_foreground(with_absolute_paths(job), channel)
