# SPDX-License-Identifier: GPL-2.0-or-later
"""`python -m engine.bench.finetuning.whole_jobs`: verdicts where the right one is known.

Discs are drawn in one half of a generated scene, and the other half is scored. Results are kept in
the folder, and the same command resumes an interrupted run.
"""

from __future__ import annotations

import argparse
import json
import sys
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory

from .job import Settings, run_whole_job
from .kinds import KINDS
from .table import as_markdown


def main() -> None:
    """Run the jobs that are missing in the folder and print the table."""
    parser = argparse.ArgumentParser(
        prog="python -m engine.bench.finetuning.whole_jobs", description=__doc__
    )
    names = [kind.name for kind in KINDS]
    parser.add_argument("--output", type=Path, default=Path("build/bench-whole-jobs"))
    parser.add_argument("--model", default="default", help="model to tune, by name or folder")
    parser.add_argument("--kinds", nargs="+", choices=names, default=names)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--polygons", type=int, default=20)
    parser.add_argument("--minutes", type=float, default=8.0)
    parser.add_argument("--threads", type=int, default=1)
    given = parser.parse_args()
    given.output.mkdir(parents=True, exist_ok=True)
    settings = Settings(given.model, given.polygons, given.minutes, given.threads)
    results = []
    for seed, kind in product(given.seeds, [each for each in KINDS if each.name in given.kinds]):
        path = given.output / f"{kind.name}-{seed}-{given.polygons}.json"
        if not path.is_file():
            with TemporaryDirectory() as folder:
                result = run_whole_job(kind, seed, settings, Path(folder))
            path.write_text(json.dumps(result), encoding="utf-8")
        results.append(json.loads(path.read_text(encoding="utf-8")))
        sys.stderr.write(f"{path.stem}: {results[-1]['report']['verdict']}\n")
    sys.stdout.write(as_markdown(results))


if __name__ == "__main__":
    main()
