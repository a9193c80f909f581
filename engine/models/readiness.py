# SPDX-License-Identifier: GPL-2.0-or-later
"""Readiness: whether a model can label, or has layers that know nothing yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..protocol import ModelError

if TYPE_CHECKING:
    from ..protocol import ModelCard

MOST_NAMED = 3


def refuse_untrained(card: ModelCard) -> None:
    """Refuse a model with layers that were never trained.

    Raises:
        ModelError: it has some.
    """
    if not card.untrained:
        return
    named = ", ".join(card.untrained[:MOST_NAMED])
    more = len(card.untrained) - MOST_NAMED
    named += f" and {more} more" if more > 0 else ""
    raise ModelError(
        f"The model '{card.name}' has layers that were never trained ({named}), so its labels "
        "would be noise: train it first, with 'train --start', or choose another model."
    )
