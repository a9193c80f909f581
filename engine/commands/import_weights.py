# SPDX-License-Identifier: GPL-2.0-or-later
"""Import-weights command: convert a file of third-party weights to a model folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ..models.bundle import WEIGHTS_NAME, save_bundle
from ..models.importers.conversion import make_model
from ..models.importers.weight_file import read_weights
from ..outputs.publishing import publish
from ..outputs.report import Stopwatch, compose_report, write_job, write_report
from ..outputs.staging import Staging
from ..protocol import CARD_NAME

if TYPE_CHECKING:
    from ..process.reporter import Reporter
    from ..protocol import ImportJob

FILES = {
    "weights": WEIGHTS_NAME,
    "job": "job.json",
    "report": "report.json",
    "card": CARD_NAME,  # written last: it completes the model
}


def run(job: ImportJob, reporter: Reporter) -> None:
    """Read `job.file` and publish a model in the job's folder.

    Raises:
        ModelError: if the file cannot be read, or does not fit the architecture.
        OutputError: if the folder cannot be written.
        JobCanceled: if the job was canceled; no files are left.
    """
    folder, file, stopwatch = Path(job.output), Path(job.file), Stopwatch()
    with Staging(folder, [job.file]) as staging:
        staged = {role: staging.aside(folder / name) for role, name in FILES.items()}
        reporter.progress(0.0, f"Reading {file.name}")
        weights = read_weights(file)
        reporter.raise_if_canceled()
        reporter.progress(0.4, "Fitting the layers")
        model = make_model(job, weights)
        reporter.progress(0.7, "Writing the model")
        bundle = save_bundle(staging.scratch, model.card, model.network)
        for role in ("weights", "card"):
            (bundle.folder / FILES[role]).replace(staged[role])
        write_job(staged["job"], job)
        remarks = [remark for remark in (weights.caution, *model.remarks) if remark]
        results = {"architecture": model.card.architecture, "warnings": remarks}
        report = compose_report(
            job, results, device="cpu", read={"file": file}, stopwatch=stopwatch
        )
        write_report(staged["report"], report)
        publish(staging, {role: folder / name for role, name in FILES.items()}, reporter)
    for remark in remarks:
        reporter.warn(remark)
    reporter.progress(1.0, "Done")
