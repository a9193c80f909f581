# SPDX-License-Identifier: GPL-2.0-or-later
"""Self-test of an environment on its device; without a working graphics card, on the processor."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .install_error import known_cause
from .launch import engine_environment, self_test_command

if TYPE_CHECKING:
    from pathlib import Path

    from .install_step import InstallStepResult, StepRunner

FAILED = "The engine does not work on this machine"


@dataclass(frozen=True)
class SelfTestResult:
    """Result of a self-test that passed.

    Args:
        device: `auto`, or `cpu` if the graphics card did not pass.
        text: output of the engine.
        remark: sentence for the user about the graphics card, empty if it passed.
    """

    device: str
    text: str
    remark: str = ""


def run_self_test(runner: StepRunner, python: Path, build: str) -> SelfTestResult:
    """Run the self-test, on the graphics card for a build with CUDA, and if that fails on the CPU.

    Args:
        runner: runner of the steps.
        python: interpreter of the environment.
        build: build of torch, as in `Variant`.

    Raises:
        InstallError: if the self-test failed on the CPU, too.
    """
    wanted = "cuda" if build == "cuda" else "auto"
    step = runner.run(self_test_command(python, wanted), engine_environment(os.environ))
    if step.is_done:
        return SelfTestResult("auto", step.text)
    environment = engine_environment(os.environ, device="cpu")
    on_cpu = runner.run(self_test_command(python, "cpu"), environment)
    if not on_cpu.is_done:
        on_cpu.require(FAILED, runner.log)
    return SelfTestResult("cpu", on_cpu.text, _remark(step))


def _remark(step: InstallStepResult) -> str:
    """Return what failed on the graphics card, and what to do."""
    advice = known_cause(step.output) or "Update its driver, then repair the engine."
    return (
        "The engine works on the processor, but not on the graphics card. Failed step: "
        f"{_failed_step(step.text)}. {advice}"
    )


def _failed_step(text: str) -> str:
    try:
        values = json.loads(text[text.index("{") : text.rindex("}") + 1])
        return f"{values['failed_step']} ({values['error'].rstrip('.')})"
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        last = text.splitlines()[-1:] or ["no output"]
        return f"start torch ({last[0].rstrip('.')})"
