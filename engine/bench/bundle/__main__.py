# SPDX-License-Identifier: GPL-2.0-or-later
"""`python -m engine.bench.bundle`: networks that may be bundled, trained for the same time.

All learn from the same generated scenes in memory. Results are kept in the folder, and the same
command resumes an interrupted run. The trained models are folders there, which
`python -m engine.bench.real_scenes --models` scores as well.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

import torch

from ...protocol import CARD_NAME
from ...training.bundled.rows import ROWS
from ...training.bundled.scenes import view_at
from ...training.view_pool import ViewPatches
from .contenders import CONTENDERS
from .trial import train_and_score

HEADER = (
    "| Network | Overall accuracy | Mean F1 | DSM only | Car | Steps | CPU min | MiB | Mpx/s |\n"
    f"|{'---|' * 9}\n"
)
FIRST_VIEW = 100_000  # scenes that no run of the model reaches


def main() -> None:
    """Train the networks that are missing in the folder and print the table."""
    parser = argparse.ArgumentParser(prog="python -m engine.bench.bundle", description=__doc__)
    parser.add_argument(
        "--output", type=Path, default=Path("build/bench-bundle"), help="folder of results"
    )
    parser.add_argument("--minutes", type=float, default=8.0, help="processor time of a training")
    parser.add_argument("--scenes", type=int, default=160, help="number of scenes to train on")
    names = [one.file_name for one in CONTENDERS]
    parser.add_argument("--only", nargs="+", choices=names, help="some of the networks")
    given = parser.parse_args()
    torch.set_num_threads(1)
    given.output.mkdir(parents=True, exist_ok=True)
    row, table = ROWS[0], HEADER
    views: list[ViewPatches] = []
    for contender in CONTENDERS:
        if given.only and contender.file_name not in given.only:
            continue
        name = f"{contender.file_name}-{given.scenes}_scenes-{given.minutes:g}_min"
        path, folder = given.output / f"{name}.json", given.output / name
        if not (path.is_file() and (folder / CARD_NAME).is_file()):
            views = views or [
                ViewPatches(view_at(row, row.runs[-1], FIRST_VIEW + at))
                for at in range(given.scenes)
            ]
            result = train_and_score(contender, row, views, given.minutes, folder)
            path.write_text(json.dumps(result), encoding="utf-8")
        found = json.loads(path.read_text(encoding="utf-8"))
        scores = found["scores"]
        table += (
            f"| {found['name']} | {scores['overall_accuracy']:.3f} | {scores['mean_f1']:.3f} | "
            f"{scores['dsm_only_overall_accuracy']:.3f} | {scores['f1_car']:.2f} | "
            f"{found['steps']} | {found['minutes']} | {found['mebibytes']} | "
            f"{found['mpx_per_s']} |\n"
        )
        sys.stderr.write(f"{found['name']}\n")
    sys.stdout.write(table)


if __name__ == "__main__":
    main()
