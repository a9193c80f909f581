# SPDX-License-Identifier: GPL-2.0-or-later
"""Work on the main thread in small steps, between which the window answers."""

from __future__ import annotations

from typing import Any, Callable, Iterator, Optional

from qgis.PyQt.QtCore import QTimer


class IncrementalRunner:
    """Goes on with an iterator each time the window has handled what was waiting."""

    def __init__(self) -> None:
        self._steps: Optional[Iterator[Any]] = None
        self._on_end: Optional[Callable[[Any], None]] = None
        self._last: Any = None
        self._timer = QTimer()
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._go_on)

    @property
    def is_running(self) -> bool:
        """Whether steps are left."""
        return self._steps is not None

    def start(self, steps: Iterator[Any], on_end: Callable[[Any], None]) -> None:
        """Begin with the first step.

        Args:
            steps: iterator, each item of which takes a step.
            on_end: callback for the last item, None if there was none.
        """
        self._steps, self._on_end, self._last = steps, on_end, None
        self._go_on()

    def teardown(self) -> None:
        """Take the steps that are left at once, and call no callback any more."""
        self._timer.stop()
        steps, self._steps = self._steps, None
        self._on_end = self._last = None
        for _ in steps or ():
            continue

    def _go_on(self) -> None:
        if self._steps is None:
            return
        try:
            self._last = next(self._steps)
        except StopIteration:
            on_end, last = self._on_end, self._last
            self._steps = self._on_end = self._last = None
            if on_end is not None:
                on_end(last)
        except Exception:
            # Nothing waits for steps that will never come; the error is QGIS's to show.
            on_end, last = self._on_end, self._last
            self._steps = self._on_end = self._last = None
            if on_end is not None:
                on_end(last)
            raise
        else:
            self._timer.start(0)
