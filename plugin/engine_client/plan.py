# SPDX-License-Identifier: GPL-2.0-or-later
"""Plan of a label job: parts, hours, memory and disk, as the engine measures them on one part."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from contextlib import suppress
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable, Dict, List, Optional, Sequence

from ..protocol import EngineError, JobCanceled
from .environment import engine_device
from .launch import ROOT, engine_environment, plan_command
from .process_group import end_group, has_ended, start_group
from .run import installed_command
from .usage import engine_in_use

if TYPE_CHECKING:
    from ..protocol import LabelJob

POLL_S = 0.2
TERMINATE_S = 2.0
MARK = "error: "  # of the line with the reason, in the output of the engine


def plan_run(
    job: LabelJob, is_canceled: Callable[[], bool], *, command: Optional[Sequence[str]] = None
) -> Dict[str, Any]:
    """Return the values that `python -m engine plan --json` prints for a job.

    It blocks, so call it from a background thread.

    Args:
        job: label job.
        is_canceled: function that returns whether to cancel, called several times per second.
        command: command that takes the flags; None: that of the installed engine.

    Raises:
        EngineError: if no engine is installed, or the job cannot be planned.
        JobCanceled: if the plan was canceled.
    """
    words = [*(command or installed_command(plan_command)), *job_flags(job)]
    with tempfile.TemporaryDirectory(prefix="orthoscribe-") as name, engine_in_use():
        printed, said = Path(name, "plan.json"), Path(name, "messages.txt")
        with printed.open("wb") as stdout, said.open("wb") as stderr:
            exit_code = _finish(words, name, is_canceled, stdout=stdout, stderr=stderr)
        text = said.read_text(encoding="utf-8", errors="replace")
        with suppress(ValueError):
            if exit_code == 0:
                values: Dict[str, Any] = json.loads(printed.read_text(encoding="utf-8"))
                return values
    raise EngineError(_reason(text))


def job_flags(job: LabelJob) -> List[str]:
    """Return the flags of the engine's command line for a job, without default values."""
    return [
        _flag(field.name.replace("_", "-"), getattr(job, field.name))
        for field in fields(job)
        if getattr(job, field.name) != field.default
    ]


def _flag(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return f"--{name}" if value else f"--no-{name}"
    return f"--{name}={_flag_text(value)}"


def _flag_text(value: Any) -> str:
    """Return a value as the engine reads it: a list as `1,2`, and ranges as `0:1,0:9`."""
    if not isinstance(value, (tuple, list)):
        return str(value)
    members = (":".join(map(str, each)) if isinstance(each, tuple) else str(each) for each in value)
    return ",".join(members)


def _finish(
    words: Sequence[str], scratch: str, is_canceled: Callable[[], bool], **pipes: Any
) -> int:
    """Run the engine to its end and return its exit code.

    Args:
        words: command line of the engine.
        scratch: folder for its temporary files, which a killed engine leaves.
        is_canceled: function that returns whether to cancel.
        pipes: files for its output.

    Raises:
        EngineError: if the engine cannot be started.
        JobCanceled: if the plan was canceled; its processes have ended.
    """
    environment = engine_environment(os.environ, device=engine_device())
    environment.update(dict.fromkeys(("TMPDIR", "TEMP", "TMP"), scratch))
    try:
        process = start_group(
            words, folder=ROOT, environment=environment, stdin=subprocess.DEVNULL, **pipes
        )
    except OSError as error:
        raise EngineError(f"The engine cannot be started ({error}): set it up again.") from error
    try:
        while not has_ended(process, POLL_S):
            if is_canceled():
                raise JobCanceled("The plan was canceled.")
    finally:
        end_group(process, TERMINATE_S)
    return process.returncode


def _reason(text: str) -> str:
    """Return the last error in the output, or its last line."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    errors = [line[len(MARK) :] for line in lines if line.startswith(MARK)]
    return (errors or lines or ["The engine ended without a plan: run its self-test."])[-1]
