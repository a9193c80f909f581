# SPDX-License-Identifier: GPL-2.0-or-later
"""Texts and buttons of the engine panel, without widgets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..i18n import tr

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class SetupState:
    """State of the engine's environment.

    Args:
        home: folder of the engine.
        is_installed: whether the engine of this version is installed.
        is_outdated: whether only an engine of another version is installed.
        variant: sentences about the variant that suits this machine, its size and the reason.
        size_mb: current size on disk.
        is_busy: whether the engine is being installed, repaired, tested or removed.
    """

    home: Path
    is_installed: bool
    is_outdated: bool = False
    variant: str = ""
    size_mb: int = 0
    is_busy: bool = False


class SetupPresenter:
    """Presenter of one state of the panel."""

    def __init__(self, state: SetupState) -> None:
        self._state = state

    def text(self) -> str:
        """Return the text about the engine."""
        state = self._state
        if state.is_installed:
            return tr("Installed in {home}, {size}.").format(
                home=state.home, size=size_text(state.size_mb)
            )
        why = (
            tr("The installed engine belongs to another version of Orthoscribe.")
            if state.is_outdated
            else tr("The neural networks run in a separate engine outside QGIS.")
        )
        sentence = tr(
            "The setup downloads PyTorch into {home} and takes a few minutes. Nothing in QGIS is "
            "changed."
        )
        return " ".join(filter(None, (why, sentence.format(home=state.home), state.variant)))

    def can_install(self) -> bool:
        """Return whether *Set up engine* is offered."""
        return not self._state.is_busy and not self._state.is_installed

    def can_remove(self) -> bool:
        """Return whether *Remove engine* is offered."""
        return not self._state.is_busy and (self._state.is_installed or self._state.is_outdated)

    def can_repair(self) -> bool:
        """Return whether *Repair engine* is offered."""
        return not self._state.is_busy and self._state.is_installed

    def removal_text(self, *, needs_confirmation: bool) -> str:
        """Return the text of the button that removes the engine."""
        if not needs_confirmation:
            return tr("Remove engine")
        return tr("Confirm removal ({size})").format(size=size_text(self._state.size_mb))

    def can_test(self) -> bool:
        """Return whether *Self-test* is offered."""
        return not self._state.is_busy and self._state.is_installed


def in_use_message(*, is_in_use: bool) -> str:
    """Return why the engine cannot be repaired or removed now; empty if it can."""
    if not is_in_use:
        return ""
    return tr("The engine is running a job. Wait until the job has finished, or cancel it.")


def size_text(megabytes: int) -> str:
    """Return a size as text, in MB or GB.

    >>> size_text(812), size_text(2900)
    ('812 MB', '2.9 GB')
    """
    return f"{megabytes / 1000:.1f} GB" if megabytes >= 1000 else f"{megabytes} MB"
