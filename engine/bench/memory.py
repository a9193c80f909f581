# SPDX-License-Identifier: GPL-2.0-or-later
"""Peak memory of a job, measured in a separate process (Linux).

`python -m engine.bench.memory job.json` runs a job and prints its peak in MB. The kernel's resource
usage of a finished child cannot be used, because it starts from the size of the parent.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from ..commands import run_job
from ..process.reporter import SilentReporter
from ..protocol import job_from_json, job_to_json
from .peak import peak_mb

if TYPE_CHECKING:
    from ..protocol import LabelJob

ROOT = Path(__file__).parents[2]


def peak_memory_mb(job: LabelJob) -> float:
    """Run a job in a new process and return its peak resident size in MB.

    Raises:
        CalledProcessError: if the job fails.
    """
    record = Path(job.output).with_suffix(".json")
    record.write_text(job_to_json(job), encoding="utf-8")
    command = [sys.executable, "-m", "engine.bench.memory", str(record)]
    done = subprocess.run(  # nosec B603 - a list, with the interpreter by its absolute path
        command, cwd=ROOT, stdout=subprocess.PIPE, check=True
    )
    return float(done.stdout)


def main() -> None:
    """Run the job in the file given on the command line and print its peak memory."""
    run_job(job_from_json(Path(sys.argv[1]).read_text(encoding="utf-8")), SilentReporter())
    sys.stdout.write(f"{peak_mb()}\n")


if __name__ == "__main__":
    main()
