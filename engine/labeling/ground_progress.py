# SPDX-License-Identifier: GPL-2.0-or-later
"""Progress of the ground filter, the only long step before the first tile."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..process.reporter import Reporter


def ground_progress(reporter: Reporter) -> Callable[[float], None]:
    """Return a callback for fractions 0..1, which raises JobCanceled to stop."""

    def on_progress(fraction: float) -> None:
        reporter.raise_if_canceled()
        reporter.progress(fraction, "Estimating the ground")

    return on_progress
