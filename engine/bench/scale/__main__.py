# SPDX-License-Identifier: GPL-2.0-or-later
"""`python -m engine.bench.scale`: efficiency of one and two workers, and the model from them.

A mosaic of image tiles, and height tiles of another tiling, is labeled by local workers with one
thread each. The table and the chart for larger runs are computed from the measured costs.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...commands.label import run
from ...process.reporter import SilentReporter
from ..benchmark_input import find_or_make_model
from .chart import efficiency_chart
from .model import Costs
from .tiles import write_tiles

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ...protocol import LabelJob

WORKERS = (1, 2)
MODELED = tuple(2**power for power in range(9))
SIZES_MPX = (100.0, 1_000.0, 10_000.0)
NOTHINGS = 300


def main() -> None:
    """Measure, and print the tables."""
    parser = argparse.ArgumentParser(prog="python -m engine.bench.scale", description=__doc__)
    parser.add_argument("--tiles", type=int, nargs=2, default=(3, 4), help="rows and columns")
    parser.add_argument("--tile-px", type=int, default=1000, help="edge of a tile")
    parser.add_argument("--chart", type=Path, help="SVG to write the modeled efficiency to")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="orthoscribe-bench-") as name:
        folder = Path(name)
        rows, cols = given.tiles
        model = str(find_or_make_model(folder))
        job = write_tiles(folder, rows, cols, given.tile_px, model)
        mpx = rows * cols * given.tile_px**2 / 1e6
        reports = [_report(job, workers, folder) for workers in WORKERS]
        costs = _costs(reports[0], mpx)
    _print_measured(reports, mpx)
    _print_modeled(costs)
    if given.chart:
        lines = {
            f"{mpx:,.0f} Mpx": [
                (workers, costs.efficiency(mpx, workers, is_traced=False)) for workers in MODELED
            ]
            for mpx in SIZES_MPX
        }
        given.chart.write_text(efficiency_chart(lines), encoding="utf-8")


def _report(job: LabelJob, workers: int, folder: Path) -> dict[str, Any]:
    """Label the mosaic with local workers of one thread, and return the report."""
    output = folder / f"workers-{workers}"
    run(
        replace(job, output=str(output), cluster=f"local:{workers}", threads=workers),
        SilentReporter(),
    )
    found: dict[str, Any] = json.loads((output / "report.json").read_text(encoding="utf-8"))
    return found


def _costs(report: dict[str, Any], mpx: float) -> Costs:
    seconds, parts = report["seconds"], report["parts"]
    return Costs(
        open_s=seconds.get("measure", 0.0),
        label_s_per_mpx=parts["work_s"] / mpx,
        ground_s_per_mpx=seconds["open"] / mpx,
        task_s=_task_s(),
        join_s_per_mpx=parts["join_s"] / mpx,
        outline_s_per_mpx=parts["outline_work_s"] / mpx,
        trace_s_per_mpx=(seconds["trace"] - parts["outline_s"]) / mpx,
    )


def _task_s() -> float:
    """Return the seconds that the scheduler takes for a task that does nothing."""
    from distributed import Client, LocalCluster  # noqa: PLC0415 (an extra)

    with (
        LocalCluster(
            n_workers=2, threads_per_worker=1, dashboard_address=None, host="127.0.0.1"
        ) as cluster,
        Client(cluster) as client,
    ):
        client.gather(client.map(abs, range(10), pure=False))
        start_s = time.perf_counter()
        client.gather(client.map(abs, range(NOTHINGS), pure=False))
        return (time.perf_counter() - start_s) / NOTHINGS


def _print_measured(reports: Sequence[dict[str, Any]], mpx: float) -> None:
    _line(f"{mpx:.0f} Mpx, {reports[0]['parts']['count']} parts, one thread per worker")
    _line(f"{'workers':>8}{'label s':>10}{'work s':>10}{'join s':>10}{'busy':>8}{'peak MB':>10}")
    for workers, report in zip(WORKERS, reports, strict=True):
        parts, label_s = report["parts"], report["seconds"]["label"]
        busy = parts["work_s"] / workers / (label_s - parts["join_s"])
        _line(
            f"{workers:>8}{label_s:>10.1f}{parts['work_s']:>10.1f}{parts['join_s']:>10.2f}"
            f"{busy:>8.0%}{parts['worker_peak_memory_mb']:>10}"
        )
    first, second = (report["seconds"]["label"] for report in reports)
    _line(f"efficiency of two workers: {first / 2 / second:.0%}")


def _print_modeled(costs: Costs) -> None:
    _line("")
    _line(f"costs: {costs}")
    for title, is_traced in (("with polygons", True), ("without polygons", False)):
        _line(f"modeled hours and efficiency, {title}")
        _line(f"{'workers':>8}" + "".join(f"{size:>16,.0f} Mpx" for size in SIZES_MPX))
        for workers in MODELED:
            cells = []
            for size in SIZES_MPX:
                hours = costs.seconds(size, workers, is_traced=is_traced) / 3600
                share = costs.efficiency(size, workers, is_traced=is_traced)
                cells.append(f"{hours:>13.2f} {share:>6.0%}")
            _line(f"{workers:>8}" + "".join(cells))


def _line(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
