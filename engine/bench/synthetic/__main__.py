# SPDX-License-Identifier: GPL-2.0-or-later
"""`python -m engine.bench.synthetic`: train networks of the papers with one budget and compare.

The results of finished networks are stored in the folder. The same command resumes an interrupted
run, and networks can be added later. Different settings start a new run.
"""

from __future__ import annotations

import argparse
import json
import logging
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from .budget import HEAVY, TABLE_TWO, add_flags, from_flags
from .result import find_kept, keep
from .table import as_markdown, published_in_vaihingen
from .trial import train_and_score
from .verdict import judge_ordering
from .views import find_or_make_views

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .budget import Budget
    from .result import TrialResult

LOG = logging.getLogger(__name__)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the benchmark given on the command line."""
    given = _read_arguments(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    folder = given.output
    budget = from_flags(given)
    views = find_or_make_views(folder / "views", budget)
    settings = {**asdict(budget), "views": views.digest}
    results = []
    for name in given.networks:
        result = find_kept(folder / "networks", name, settings, given.limit_min)
        if result is None:
            LOG.info("%s: training", name)
            result = train_and_score(name, budget, views, given.limit_min)
            keep(folder / "networks", result, settings)
        else:
            LOG.info("%s: kept from an earlier start", name)
        results.append(result)
        text = write_report(folder, results, budget)
    sys.stdout.write(text)


def write_report(folder: Path, results: Sequence[TrialResult], budget: Budget) -> str:
    """Write `results.json` and `table.md`, and return the latter."""
    verdict = judge_ordering(results)
    record = {
        "budget": asdict(budget),
        "networks": [
            {**asdict(result), "cut_short": result.was_cut_short, "published": _published(result)}
            for result in results
        ],
        "verdict": verdict,
    }
    text = as_markdown(results, budget, verdict) + "\n"
    (folder / "results.json").write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")
    (folder / "table.md").write_text(text, encoding="utf-8")
    return text


def _published(result: TrialResult) -> dict[str, object] | None:
    found = published_in_vaihingen(result.architecture)
    if found is None:
        return None
    table, row = found
    named = dict(zip(table.columns, row.values, strict=True))
    return {"paper": table.paper, "table": table.name, **named}


def _read_arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m engine.bench.synthetic", description=__doc__)
    parser.add_argument("--output", type=Path, required=True, help="folder of results and views")
    parser.add_argument(
        "--networks",
        type=lambda text: tuple(text.split(",")),
        default=TABLE_TWO,
        help="names, comma-separated; default: those of Table II",
    )
    parser.add_argument(
        "--all", action="store_true", help=f"also {', '.join(HEAVY)}, which take hours"
    )
    parser.add_argument(
        "--limit-min",
        type=float,
        default=60.0,
        help="time limit for the training of a network in minutes (%(default)g)",
    )
    add_flags(parser)
    given = parser.parse_args(arguments)
    if given.all:
        given.networks = tuple(dict.fromkeys((*given.networks, *HEAVY)))
    unknown = [name for name in given.networks if name not in (*TABLE_TWO, *HEAVY)]
    if unknown:
        parser.error(f"--networks: {', '.join(unknown)}; choose {', '.join((*TABLE_TWO, *HEAVY))}")
    problems = from_flags(given).problems(given.networks)
    if problems:
        parser.error(" ".join(problems))
    return given


if __name__ == "__main__":
    main()
