# SPDX-License-Identifier: GPL-2.0-or-later
"""Publishing: how each recipe ends, the results under their final names and the host told so."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from ..process.reporter import Reporter
    from .staging import Staging


def publish(staging: Staging, finals: Mapping[str, Path], reporter: Reporter) -> None:
    """Publish what is staged and announce it; the last moment at which a job can be canceled.

    Args:
        staging: with every result written.
        finals: the final path that was asked for, by the role to announce it in.
        reporter: hears of each file where it really lies, and of each that changed its name.

    Raises:
        JobCanceled: somebody asked the job to stop.
        OutputError: a file cannot be renamed.
    """
    reporter.raise_if_canceled()
    publication = staging.publish(finals)
    for warning in publication.warnings:
        reporter.warn(warning)
    for role, final in finals.items():
        reporter.artifact(role, publication.paths[final.absolute()])
