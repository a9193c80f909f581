# SPDX-License-Identifier: GPL-2.0-or-later
"""Which step of the wizard is shown and which can be reached, without widgets."""

from __future__ import annotations

from typing import Sequence, Tuple

Problems = Sequence[Tuple[str, ...]]  # of each page


class WizardPresenter:
    """Position in the steps.

    Args:
        names: names of the steps in their order.
    """

    def __init__(self, names: Sequence[str]) -> None:
        self._names = tuple(names)
        self.position = 0

    @property
    def name(self) -> str:
        """Name of the current step."""
        return self._names[self.position]

    def can_go_to(self, index: int, problems: Problems) -> bool:
        """Return whether a step can be shown: no step before it has a problem."""
        return not any(problems[:index])

    def can_go_on(self, problems: Problems) -> bool:
        """Return whether *Next* is enabled."""
        last = len(self._names) - 1
        return self.position < last and self.can_go_to(self.position + 1, problems)

    def go_to(self, name: str, problems: Problems) -> None:
        """Go to a step, or to the first one before it that has a problem.

        Raises:
            ValueError: if no step has this name.
        """
        index = self._names.index(name)
        self.position = next((each for each in range(index) if problems[each]), index)

    def neighbor(self, steps: int) -> str:
        """Return the name of the step before or after the current one, at most of the last."""
        index = min(max(0, self.position + steps), len(self._names) - 1)
        return self._names[index]

    def hint(self, problems: Problems) -> str:
        """Return what the user has to do first; empty if nothing."""
        return next(iter(problems[self.position]), "")
