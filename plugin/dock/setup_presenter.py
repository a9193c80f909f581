# SPDX-License-Identifier: GPL-2.0-or-later
"""What the *Set up engine* panel says, without a widget."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..i18n import tr

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class SetupState:
    """What is known about the engine's environment.

    Args:
        home: where it lives or will live.
        is_installed: this version's engine is there.
        is_outdated: only another version's engine is there.
        planned_mb: its size on disk once it is there, roughly.
        size_mb: its size on disk now.
        is_busy: it is being installed, repaired, tested or removed.
    """

    home: Path
    is_installed: bool
    is_outdated: bool = False
    planned_mb: int = 0
    size_mb: int = 0
    is_busy: bool = False


class SetupPresenter:
    """Reads one state of the panel."""

    def __init__(self, state: SetupState) -> None:
        self._state = state

    def text(self) -> str:
        """Return what to know before pressing a button."""
        state = self._state
        if state.is_installed:
            return tr("Installed in {home}, {size}.").format(
                home=state.home, size=size_text(state.size_mb)
            )
        why = (
            tr("The installed engine belongs to another version of Orthoscribe.")
            if state.is_outdated
            else tr("The neural networks run in an engine of their own, apart from QGIS.")
        )
        sentence = tr(
            "Setting it up downloads PyTorch from the Python package index into {home}: about "
            "{size} on disk, a few minutes. Nothing in QGIS is changed."
        )
        return f"{why} {sentence.format(home=state.home, size=size_text(state.planned_mb))}"

    def can_install(self) -> bool:
        """Say whether *Set up engine* is offered."""
        return not self._state.is_busy and not self._state.is_installed

    def can_remove(self) -> bool:
        """Return whether *Remove engine* is offered."""
        return not self._state.is_busy and (self._state.is_installed or self._state.is_outdated)

    def can_repair(self) -> bool:
        """Return whether *Repair engine* is offered."""
        return not self._state.is_busy and self._state.is_installed

    def removal_text(self, *, is_asked: bool) -> str:
        """Return what the button that removes the engine says."""
        if not is_asked:
            return tr("Remove engine")
        return tr("Really remove {size}").format(size=size_text(self._state.size_mb))

    def can_test(self) -> bool:
        """Say whether *Self-test* is offered."""
        return not self._state.is_busy and self._state.is_installed


def why_it_must_stay(*, is_in_use: bool) -> str:
    """Return why the engine can be neither repaired nor removed now; empty where it can."""
    if not is_in_use:
        return ""
    return tr("The engine is at work: wait until its job has ended, or cancel it.")


def size_text(megabytes: int) -> str:
    """Return a size as people say it.

    >>> size_text(812), size_text(2900)
    ('812 MB', '2.9 GB')
    """
    return f"{megabytes / 1000:.1f} GB" if megabytes >= 1000 else f"{megabytes} MB"
