# SPDX-License-Identifier: GPL-2.0-or-later
"""What the page *Try* says, without widgets."""

from __future__ import annotations

import time
from typing import Callable

from ...i18n import tr


class TrialPresenter:
    """Duration of the trials of a page.

    Args:
        clock: monotonic clock in seconds, replaced in tests.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._start_s = 0.0
        self.seconds = 0.0  # duration of the last trial

    def begin(self) -> None:
        """Note the start of a trial."""
        self._start_s = self._clock()

    def end(self) -> None:
        """Note the end of the trial."""
        self.seconds = self._clock() - self._start_s

    def text(self, *, is_shown: bool) -> str:
        """Return what the map shows; empty if it shows no trial."""
        if not is_shown:
            return ""
        return tr(
            "Tried in {seconds:.0f} s. Press Before and After in turn, or Swipe and drag the line "
            "over the map; watch the places that were wrong and those that were right."
        ).format(seconds=self.seconds)
