# SPDX-License-Identifier: GPL-2.0-or-later
"""Journal of a labeling: its finished blocks on disk, from which the same job goes on.

The blocks are those of the pipeline, in its order. They are written to the rasters again when the
job goes on, so the rasters are the same as those of a run without an interruption.
"""

from __future__ import annotations

import json
import uuid
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from ..outputs.destination import writing
from ..outputs.record_log import RecordLog
from ..outputs.replacing import replacing
from ..process.cleanup import cleaned_up_by
from ..protocol import (
    UNFINISHED_BLOCKS,
    UNFINISHED_JOB,
    UNFINISHED_LOCK,
    FileLock,
    OutputError,
    job_to_json,
    remove_unfinished,
    unfinished_folder,
)
from .label_blocks import block_from_bytes, block_to_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from typing_extensions import Self

    from ..process.cancellation import Cancellation
    from ..process.reporter import Reporter
    from ..protocol import LabelJob
    from ..raster.reader import LabeledWindow

SCHEMA = 1
IDENTITY, CORE_PX = "identity", "core_px"
GOES_ON = "The labeling goes on where it was interrupted, with {percent} % done."
UNREADABLE = (
    "The finished labels in {folder} cannot be read ({reason}): try again when the disk works, or "
    "remove this folder to label from the start."
)
STARTS_OVER = (
    "The labeling starts over, because this is different from when it was interrupted: {reason}."
)


class LabelJournal:
    """Finished blocks of one labeling, as a context manager.

    They are kept if the context ends without `remove`, unless the user canceled the job.

    Args:
        job: job with absolute paths; the folder of its results exists when `open` is called.
        cancellation: flags of the job.

    Attributes:
        folder: folder of the blocks, which may not exist.
    """

    def __init__(self, job: LabelJob, cancellation: Cancellation) -> None:
        self._job, self._cancellation = job, cancellation
        self.folder = unfinished_folder(job.output)
        self._log: RecordLog | None = None
        self._identity: dict[str, str] = {}
        self._stored: Iterator[bytes] = iter(())
        self._block: list[LabeledWindow] = []
        self._cleanup, self._hook = ExitStack(), ExitStack()
        self.wanted_px = 1
        self.core_px = 0  # edge of the tiles of the stored blocks; 0: there are none

    def open(self, identity: Mapping[str, str], wanted_px: int) -> str:
        """Read what an interrupted run left; return why it cannot be used, if so.

        If another process labels into the same folder, this one keeps nothing.

        Args:
            identity: digest of each thing that the labels depend on, by its name for the user.
            wanted_px: number of pixels to label.

        Raises:
            OutputError: if the folder cannot be written, or its blocks cannot be read.
        """
        self.close()
        self._identity, self.wanted_px = dict(identity), wanted_px
        with writing(self.folder):
            self.folder.mkdir(exist_ok=True)
            lock = self._cleanup.enter_context(FileLock(self.folder / UNFINISHED_LOCK))
            if not _is_mine(lock):
                self.close()
                return ""
            with replacing(self.folder / UNFINISHED_JOB) as part:
                part.write_text(job_to_json(self._job), encoding="utf-8")
            self._log = RecordLog(self.folder / UNFINISHED_BLOCKS)
            self._cleanup.callback(self._log.close)
        self._stored = self._records(self._log)
        header = _header_in(next(self._stored, None))
        if header is None:
            return ""
        saved = header.get(IDENTITY, {})
        changed = [name for name, digest in identity.items() if saved.get(name) != digest]
        if header.get("schema") != SCHEMA or changed:
            self._stored = iter(())
            return ", ".join(changed) or "version of the engine"
        self.core_px = int(header[CORE_PX])
        return ""

    def blocks(self) -> Iterator[list[LabeledWindow]]:
        """Yield the stored blocks in order, once.

        Raises:
            OutputError: if they cannot be read.
        """
        for content in self._stored:
            yield list(block_from_bytes(content))

    def _records(self, log: RecordLog) -> Iterator[bytes]:
        try:
            yield from log.records()
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise OutputError(UNREADABLE.format(folder=self.folder, reason=reason)) from error

    def begin(self, core_px: int) -> None:
        """Remove stored blocks and begin new ones, from tiles of `core_px` pixels.

        Raises:
            OutputError: if the disk is full.
        """
        self._stored, self.core_px = iter(()), 0
        header = {
            "schema": SCHEMA,
            "id": uuid.uuid4().hex,  # so that no block of before can follow
            IDENTITY: self._identity,
            CORE_PX: core_px,
        }
        if self._log is not None:
            with writing(self.folder / UNFINISHED_BLOCKS):
                self._log.clear()
                self._log.append(json.dumps(header).encode())
                self._log.sync()

    def feed(self, result: LabeledWindow) -> None:
        """Add the labels of a window to the current block."""
        if self._log is not None:
            self._block.append(result)

    def end_block(self) -> None:
        """Write the current block.

        Raises:
            OutputError: if the disk is full; the blocks before are kept.
        """
        block, self._block = self._block, []
        if self._log is not None:
            with writing(self.folder / UNFINISHED_BLOCKS):
                self._log.append(block_to_bytes(block))

    def remove(self) -> None:
        """Remove the blocks, since the results are published; safe to call from any thread."""
        is_mine = self._log is not None
        self.close()
        if is_mine:
            remove_unfinished(self._job.output)

    def close(self) -> None:
        """Close the files."""
        self._log = None
        self._block, self.core_px = [], 0
        self._cleanup.close()

    def __enter__(self) -> Self:
        self._hook.enter_context(cleaned_up_by(self._leave))
        return self

    def __exit__(self, *_: object) -> None:
        with self._hook:
            self._leave()

    def _leave(self) -> None:
        """Keep the blocks, unless the user canceled the job."""
        if self._cancellation.is_requested and not self._cancellation.keeps_progress:
            self.remove()
        else:
            self.close()


def write_again(
    journal: LabelJournal,
    on_result: Callable[[LabeledWindow], None],
    reporter: Reporter,
) -> int:
    """Pass the stored labels to `on_result`, and return the number of blocks.

    Args:
        journal: open journal with stored blocks.
        on_result: callback for the labels of each window.
        reporter: reporter of progress, also polled for cancellation.

    Raises:
        JobCanceled: if the job was canceled.
        OutputError: if the labels cannot be read.
    """
    reporter.progress(0.0, "Reading the finished labels")
    count = done_px = 0
    for block in journal.blocks():
        reporter.raise_if_canceled()
        count += 1
        for result in block:
            on_result(result)
            done_px += result.codes.size
    reporter.log("info", GOES_ON.format(percent=100 * done_px // journal.wanted_px))
    return count


def _is_mine(lock: FileLock) -> bool:
    """Return whether no other process labels into the folder, as far as its disk has locks."""
    try:
        return lock.acquire() and lock.is_in_place()
    except OSError:
        return True


def _header_in(content: bytes | None) -> dict[str, Any] | None:
    """Return the header, or None if there is none."""
    return None if content is None else dict(json.loads(content))
