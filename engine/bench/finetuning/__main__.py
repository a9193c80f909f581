# SPDX-License-Identifier: GPL-2.0-or-later
"""`python -m engine.bench.finetuning`: what drawn polygons gain on shifted scenes.

Three kinds of shift, three scenes each, with 5, 20 and 50 polygons. Results are kept in the folder,
and the same command resumes an interrupted run.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from itertools import product
from pathlib import Path

import torch

from ...models.bundle import load_bundle, load_network
from ...models.store import find_model
from ...training.trainer.precision import has_bfloat16_instructions
from .shifts import SHIFTS
from .table import as_markdown
from .trial import Bench, Result


def main() -> None:
    """Run the trials that are missing in the folder and print the table."""
    parser = argparse.ArgumentParser(prog="python -m engine.bench.finetuning", description=__doc__)
    parser.add_argument("--output", type=Path, default=Path("build/bench-finetuning"))
    parser.add_argument("--model", default="default", help="model to tune, by name or folder")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--polygons", type=int, nargs="+", default=[5, 20, 50])
    parser.add_argument("--shifts", nargs="+", choices=list(SHIFTS), default=list(SHIFTS))
    given = parser.parse_args()
    torch.set_num_threads(1)
    given.output.mkdir(parents=True, exist_ok=True)
    bundle = load_bundle(find_model(given.model))
    bench = Bench(load_network(bundle), bundle.card, half_precise=has_bfloat16_instructions())
    results = []
    for polygons, seed, shift in product(given.polygons, given.seeds, given.shifts):
        path = given.output / f"{shift.replace(' ', '_')}-{seed}-{polygons}.json"
        if not path.is_file():
            result = bench.run(shift, seed, polygons)
            path.write_text(json.dumps(asdict(result)), encoding="utf-8")
        results.append(Result(**json.loads(path.read_text(encoding="utf-8"))))
        sys.stderr.write(f"{path.stem}\n")
    sys.stdout.write(as_markdown(results))


if __name__ == "__main__":
    main()
