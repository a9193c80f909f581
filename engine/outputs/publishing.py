# SPDX-License-Identifier: GPL-2.0-or-later
"""Last step of each recipe: publish the results and report their final paths to the host."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from ..process.reporter import Reporter
    from .staging import Staging


def publish(staging: Staging, finals: Mapping[str, Path], reporter: Reporter) -> None:
    """Publish the staged results and report them; afterwards the job cannot be canceled any more.

    Args:
        staging: staging area with all results.
        finals: requested path of each result, by role.
        reporter: reporter that receives the final paths, and warnings about changed names.

    Raises:
        JobCanceled: if the job was canceled.
        OutputError: if a file cannot be renamed.
    """
    reporter.raise_if_canceled()
    publication = staging.publish(finals)
    for warning in publication.warnings:
        reporter.warn(warning)
    for role, final in finals.items():
        reporter.artifact(role, publication.paths[final.absolute()])
