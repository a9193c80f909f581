# SPDX-License-Identifier: GPL-2.0-or-later
"""Peak memory of a job, measured in a separate process, beside the estimate (Linux).

`python -m engine.bench.memory job.json` runs a label job and prints three numbers in MB: the
estimate for labeling, the size of the process when it was made, and its peak from then on. The
kernel's resource usage of a finished child cannot be used, because it starts from the size of the
parent.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from ..commands import run_job
from ..labeling import memory_check
from ..process.allocator import keep_freed_memory
from ..process.reporter import SilentReporter
from ..protocol import job_from_json, job_to_json
from .peak import peak_mb, reset_peak, resident_mb

if TYPE_CHECKING:
    from ..protocol import LabelJob

ROOT = Path(__file__).parents[2]


class JobMemory(NamedTuple):
    """Memory of a label job in MB.

    Args:
        told_mb: estimate of what labeling adds.
        before_mb: resident size of the process when the estimate was made.
        peak_mb: peak resident size of the process from then on.
    """

    told_mb: float
    before_mb: float
    peak_mb: float

    @property
    def added_mb(self) -> float:
        """What labeling added."""
        return self.peak_mb - self.before_mb

    @property
    def ratio(self) -> float:
        """What labeling added, relative to the estimate."""
        return self.added_mb / self.told_mb


def memory_of(job: LabelJob) -> JobMemory:
    """Run a label job in a new process and return its memory.

    Raises:
        CalledProcessError: if the job fails.
    """
    record = Path(job.output).with_suffix(".json")
    record.write_text(job_to_json(job), encoding="utf-8")
    command = [sys.executable, "-m", "engine.bench.memory", str(record)]
    done = subprocess.run(  # nosec B603 - a list, with the interpreter by its absolute path
        command, cwd=ROOT, stdout=subprocess.PIPE, check=True
    )
    return JobMemory(*json.loads(done.stdout))


def main() -> None:
    """Run the job in the file given on the command line and print its memory."""
    keep_freed_memory()  # as the engine does
    told: list[tuple[float, float]] = []
    estimate = memory_check.needed_memory_mb

    def noted(*given: Any) -> float:
        needed_mb = estimate(*given)
        told.append((needed_mb, resident_mb()))
        reset_peak()  # loading the model may have taken more
        return needed_mb

    setattr(memory_check, "needed_memory_mb", noted)  # noqa: B010 - mypy knows the signature
    run_job(job_from_json(Path(sys.argv[1]).read_text(encoding="utf-8")), SilentReporter())
    sys.stdout.write(json.dumps([*told[-1], peak_mb()]))


if __name__ == "__main__":
    main()
