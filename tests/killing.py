# SPDX-License-Identifier: GPL-2.0-or-later
"""Jobs in a process of their own that is killed during the training."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Callable

ROOT = Path(__file__).parents[1]
PATIENCE_S = 120.0


def record_in(checkpoint: Path) -> dict[str, Any] | None:
    """Return the record in a checkpoint file, None where there is none yet."""
    if not checkpoint.exists():
        return None
    content = checkpoint.read_bytes()  # at once: the next one may take its place any time
    header = json.loads(content[8 : 8 + int.from_bytes(content[:8], "little")])
    record: dict[str, Any] = json.loads(header["__metadata__"]["orthoscribe"])
    return record


def kill_when(is_due: Callable[[], bool], job_file: Path) -> None:
    """Run a job in a process of its own, and kill it once the moment has come."""
    command = [sys.executable, "-m", "engine", "run", str(job_file)]
    process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, stdout=subprocess.PIPE)
    end_s = time.monotonic() + PATIENCE_S
    while not is_due():
        assert process.poll() is None, process.communicate()[1].decode()
        assert time.monotonic() < end_s
        time.sleep(0.002)
    process.kill()
    process.communicate()
    assert process.returncode < 0
