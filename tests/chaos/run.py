"""Program `make chaos`: print a table of what holds when files are damaged and hostile.

    python tests/chaos/run.py --scale 0.02 [--suite models] [--table docs/robustness.md]

The scale is the fraction of the full number of cases.
"""

import argparse
import re
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import conftest  # noqa: F401 (loads the package `orthoscribe`)
from orthoscribe.tests.chaos.clusters import label_on_cluster
from orthoscribe.tests.chaos.fuzz import fuzz
from orthoscribe.tests.chaos.network import counting_server, requests_of, write_routes
from orthoscribe.tests.chaos.processes import (
    fill_disk,
    kill_labeling,
    kill_publication,
    send_nonsense,
)
from orthoscribe.tests.chaos.resuming import resume_labeling

COUNTS = {
    "cards": 3000,
    "events": 3000,
    "models": 6000,
    "rasters": 2400,
    "jobs": 3600,
    "weights": 2500,
    "vectors": 100,
}
PROCESSES = {
    "kills": ("labeling killed at random, onto older results", 20, kill_labeling),
    "resume": (
        "labeling of 4000 x 4000 px killed at random, then resumed",
        20,
        resume_labeling,
    ),
    "cluster": (
        "mosaic labeled by workers that are killed and stopped, with a lost scheduler",
        40,
        label_on_cluster,
    ),
    "publication": ("publication killed before each file operation", 0, kill_publication),
    "disk": (
        "labeling onto a full disk, until it gets room (0: cannot mount)",
        0,
        fill_disk,
    ),
    "lines": ("odd lines to an engine, which then runs a job", 1000, send_nonsense),
}
KINDS = ("foreign", "silent", "crash", "hang", "slow", "long sentence")
HEADINGS = ("test", "cases", "sentences", "accepted", *KINDS, "slowest s", "peak MB")


def main():
    """Run the suites, print the table and return 1 if anything failed."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--scale", type=float, default=0.02)
    options.add_argument("--suite", choices=[*COUNTS, *PROCESSES, "network"], action="append")
    options.add_argument("--first", type=int, default=0, help="number of the first case")
    given = options.parse_args()
    rows, faults = [], []
    for suite in given.suite or COUNTS:
        if suite not in COUNTS:
            continue
        start_s = time.monotonic()
        tally = fuzz(suite, max(20, round(COUNTS[suite] * given.scale)), given.first)
        numbers = (tally.cases, tally.sentences, tally.accepted, *map(tally.of, KINDS))
        rows.append((suite, *numbers, f"{tally.slowest_s:.1f}", tally.peak_mb))
        faults += [(suite, *fault) for fault in tally.faults]
        sys.stderr.write(f"{suite}: {time.monotonic() - start_s:.0f} s\n")
    if rows:
        print_table(HEADINGS, rows)
    rows = []
    for name, (title, full, run) in PROCESSES.items():
        if name in (given.suite or _default_suites(given.scale)):
            count, found = run(max(2, round(full * given.scale))) if full else run()
            rows.append((title, count, len(found)))
            faults += [(name, "fault", 0, text) for text in found]
    if rows:
        print_table(("processes", "cases", "faults"), rows)
    if not given.suite or "network" in given.suite:
        faults += network()
    seen = Counter(
        (suite, kind, re.sub(r"/tmp/\S+|\d{3,}", "...", text)) for suite, kind, _, text in faults
    )
    numbers = {}
    for suite, kind, number, text in faults:
        numbers.setdefault((suite, kind, re.sub(r"/tmp/\S+|\d{3,}", "...", text)), number)
    for fault, count in seen.most_common():
        sys.stdout.write(f"{count} x {' '.join(fault)} (such as case {numbers[fault]})\n")
    return 1 if faults else 0


def _default_suites(scale):
    """Return the suites of processes; small mosaics are in tests/engine/scale."""
    return [name for name in PROCESSES if name != "cluster" or scale == 1]


def network():
    """Print the requests of files that name a server and return the faults."""
    with tempfile.TemporaryDirectory() as folder, counting_server() as server:
        routes = write_routes(Path(folder), server.server_port)
        before, _ = requests_of(routes, server, guarded=False)
        after, foreign = requests_of(routes, server, guarded=True)
    print_table(
        ("routes to a server", "requests without the options", "requests of the engine", "foreign"),
        [(len(routes), before, after, len(foreign))],
    )
    faults = [("network", "foreign", 0, text) for text in foreign]
    return faults + ([("network", "requests", 0, str(after))] if after else [])


def print_table(headings, rows):
    """Print a table in Markdown."""
    lines = [headings, ["---"] * len(headings), *rows]
    text = "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)
    sys.stdout.write(f"{text}\n\n")


if __name__ == "__main__":
    sys.exit(main())
