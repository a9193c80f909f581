# SPDX-License-Identifier: GPL-2.0-or-later
"""Readiness of models: models with untrained layers cannot be used for labeling."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..protocol import ModelError

if TYPE_CHECKING:
    from ..protocol import ModelCard

MAX_NAMED = 3


def refuse_untrained(card: ModelCard) -> None:
    """Check that all layers of a model are trained.

    Raises:
        ModelError: if the model has untrained layers.
    """
    if not card.untrained:
        return
    named = ", ".join(card.untrained[:MAX_NAMED])
    more = len(card.untrained) - MAX_NAMED
    named += f" and {more} more" if more > 0 else ""
    raise ModelError(
        f"The model '{card.name}' has layers that were never trained ({named}), so its labels "
        "would be noise: train it first, with 'train --start', or choose another model."
    )
