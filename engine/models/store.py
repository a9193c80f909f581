# SPDX-License-Identifier: GPL-2.0-or-later
"""Model store: folders of models by name or path."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from ..protocol import CARD_NAME, CATALOG, ModelError, model_folder, named_models

if TYPE_CHECKING:
    from pathlib import Path


def find_model(name_or_path: str) -> Path:
    """Return the folder of a model.

    Args:
        name_or_path: name of a bundled or user model, or path of a model folder or its card.

    Raises:
        ModelError: if the model does not exist; the message lists the available ones.
    """
    folder = model_folder(name_or_path)
    if folder is not None:
        return folder
    if name_or_path in [row.name for row in CATALOG]:
        raise ModelError(
            f"'{name_or_path}' is an architecture, and no model of it has been trained or "
            "imported here: train one with 'compare', import weights with 'import-weights', or "
            "choose another model."
        )
    named = named_models()
    close = difflib.get_close_matches(name_or_path, named, 1)
    hint = f" Did you mean '{close[0]}'?" if close else ""
    raise ModelError(
        f"There is no model '{name_or_path}'.{hint} Choose "
        f"{', '.join(sorted(named)) or 'a model'} or the path of a folder with {CARD_NAME}."
    )
