# SPDX-License-Identifier: GPL-2.0-or-later
"""Review of features one by one: decides which is next, shows nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterable, List, Optional

from ..i18n import tr

if TYPE_CHECKING:
    from ..layers.least_certain import RankedFeature


class ReviewPresenter:
    """Position in a list of features, each of which is one step.

    Args:
        steps: features, in their order.
    """

    def __init__(self, steps: Iterable[RankedFeature] = ()) -> None:
        self._steps: List[RankedFeature] = list(steps)
        self._position = 0

    @property
    def current(self) -> Optional[RankedFeature]:
        """The current step; None without steps."""
        return self._steps[self._position] if self._steps else None

    @property
    def count_text(self) -> str:
        """Position and number of steps, as `3 of 20`; empty without steps."""
        if not self._steps:
            return ""
        return tr("{position} of {count}").format(
            position=self._position + 1, count=len(self._steps)
        )

    @property
    def has_next(self) -> bool:
        """Whether there is a step after the current one."""
        return self._position + 1 < len(self._steps)

    @property
    def has_previous(self) -> bool:
        """Whether there is a step before the current one."""
        return self._position > 0

    def go(self, steps: int) -> None:
        """Go forward, or backward with a negative number, at most to the last or first step."""
        last = max(0, len(self._steps) - 1)
        self._position = min(max(0, self._position + steps), last)

    def drop_current(self) -> None:
        """Remove the current step, since its feature is gone; the next one becomes current."""
        if self._steps:
            del self._steps[self._position]
        self.go(0)

    def drop_layers(self, layer_ids: Iterable[str]) -> None:
        """Remove all steps of these layers."""
        gone, current = set(layer_ids), self.current
        self._steps = [step for step in self._steps if step.layer_id not in gone]
        if current in self._steps:
            self._position = self._steps.index(current)
        self.go(0)
