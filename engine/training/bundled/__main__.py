# SPDX-License-Identifier: GPL-2.0-or-later
"""Train a bundled model by its name, or write a variant of the one in its folder."""

from __future__ import annotations

import argparse
import logging
from dataclasses import replace
from pathlib import Path

from . import MODELS, ROWS, VARIANTS, make_bundled, make_variant


def main() -> None:
    """Parse the command line and train."""
    parser = argparse.ArgumentParser(prog="python -m engine.training.bundled", description=__doc__)
    variants = {variant.name: variant for variant in VARIANTS}
    names = [row.name for row in ROWS]
    parser.add_argument("--name", choices=[*names, *variants], default="default")
    parser.add_argument("--models", type=Path, default=MODELS, help="folder of the model folders")
    parser.add_argument("--threads", type=int, default=1, help="processor threads")
    parser.add_argument("--steps", type=int, default=0, help="smaller number of steps, for a trial")
    parser.add_argument(
        "--only-refine", action="store_true", help="take the runs that follow the model's last one"
    )
    parser.add_argument(
        "--checkpoint", type=Path, help="file for the state, to go on from after an interruption"
    )
    given = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    variant = variants.get(given.name)
    row = ROWS[names.index(variant.weights_of if variant else given.name)]
    if variant:
        make_variant(variant, row, given.models)
        return
    if given.only_refine and given.steps:
        parser.error("--only-refine takes whole runs, without --steps")
    if given.steps:
        row = replace(
            row,
            settings=replace(row.settings, steps=given.steps),
            bundled_at=(),
            refinements=(),
        )
    make_bundled(
        row,
        given.models,
        given.threads,
        only_refine=given.only_refine,
        checkpoint=given.checkpoint,
    )


if __name__ == "__main__":
    main()
