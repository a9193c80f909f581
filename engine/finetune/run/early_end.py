# SPDX-License-Identifier: GPL-2.0-or-later
"""Early end of a training from another process: a file in its output folder.

It works on every system, and wherever the training was started.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

from ...outputs.destination import writing
from ...outputs.leftovers import others_at_work_in
from ...protocol import JobError, own_models_folder

if TYPE_CHECKING:
    from ...process.reporter import Reporter

NAME = "stop_requested"
LOOK_S = 0.2


class EarlyEnd:
    """Whether a training should end now and keep the best so far.

    Args:
        folder: output folder of the training.
        reporter: reporter with the requests of the host.
    """

    def __init__(self, folder: Path, reporter: Reporter) -> None:
        self._path, self._cancellation = folder / NAME, reporter.cancellation
        self._looked_s = 0.0
        self.forget()

    def is_requested(self) -> bool:
        """Return whether it is requested, by the host or by a file."""
        now_s = time.monotonic()
        if now_s - self._looked_s >= LOOK_S:
            self._looked_s = now_s
            if self._path.exists():
                self._cancellation.request_early_end()
        return self._cancellation.is_early_end_requested

    def forget(self) -> None:
        """Remove the file."""
        self._path.unlink(missing_ok=True)


def request_early_end(folder_or_name: str) -> Path:
    """Ask the training that writes into a folder to end now, and return the folder.

    Args:
        folder_or_name: output folder, or the name of the new model in the library.

    Raises:
        JobError: if no training is at work there.
        OutputError: if the folder cannot be written.
    """
    folder = Path(folder_or_name)
    if not folder.is_dir():
        folder = own_models_folder() / folder_or_name
    if not folder.is_dir() or not others_at_work_in(folder):
        raise JobError(
            f"No training is at work in {folder_or_name}: give the output folder of a running "
            "fine-tuning, or the name of its model."
        )
    with writing(folder):
        (folder / NAME).touch()
    return folder
