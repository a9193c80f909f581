# SPDX-License-Identifier: GPL-2.0-or-later
"""Start of a run in parts: its store, and its workers."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import torch

from ..protocol import parse_cluster
from .dask_tasks import DaskWorkers, quiet_logs
from .dask_workers import connector, refuse_without_dask, threads_of
from .parts_labeler import PartsLabeler, key_of
from .store import OwnedStore

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..labeling.labeler import Labeler
    from ..process.reporter import Reporter
    from ..protocol import LabelJob
    from ..raster.mosaic.inputs import JobMosaics


@contextmanager
def parts_labeler(
    job: LabelJob, labeler: Labeler, mosaics: JobMosaics[LabelJob], reporter: Reporter
) -> Iterator[PartsLabeler | None]:
    """Yield the labeler in parts of a job, or None if the job runs in this process.

    Args:
        job: job as the user gave it.
        labeler: labeler of the run in one process.
        mosaics: job with single rasters.
        reporter: receiver of messages.

    Raises:
        EngineError: if Dask is not installed.
        JobError: if the model cannot label parts, or another run works in the output folder.
        OutputError: if the store of the parts cannot be made.
    """
    address = parse_cluster(job.cluster)
    if address is None:
        yield None
        return
    refuse_without_dask()
    quiet_logs()
    with ExitStack() as opened:
        key = key_of(job, mosaics, labeler)
        store = opened.enter_context(OwnedStore(Path(job.output), key))
        if store.has_other_parts:
            reporter.log("info", "The parts of an earlier run with other settings are removed.")
        workers = opened.enter_context(
            DaskWorkers(connector(address, store.folder), address.scheduler or job.cluster)
        )
        yield PartsLabeler(
            labeler,
            mosaics,
            store,
            workers,
            threads=threads_of(address, job.threads),
            gpus=0 if address.scheduler else torch.cuda.device_count(),
        )
