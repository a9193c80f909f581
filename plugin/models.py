# SPDX-License-Identifier: GPL-2.0-or-later
"""Cards of models; the plugin never reads their weights.

Names are resolved to folders by the protocol, as in the engine.
"""

from __future__ import annotations

from pathlib import Path
from typing import Optional

from .protocol import (
    CARD_NAME,
    ISPRS,
    Legend,
    ModelCard,
    ModelError,
    card_from_json,
    model_folder,
    named_models,
)


def read_card(model: str) -> ModelCard:
    """Return the card of a model, given by name or path.

    Raises:
        ModelError: if the model does not exist or its card is invalid.
    """
    folder = model_folder(model)
    text = _text_of(folder / CARD_NAME) if folder is not None else None
    if text is None:
        raise ModelError(
            f"The model '{model}' has no readable {CARD_NAME}. Choose the name of a bundled model, "
            f"or a folder with {CARD_NAME} and weights.safetensors."
        )
    return card_from_json(text)


def model_reference(model: str) -> str:
    """Return `model` as a name or an absolute path; the engine has another working folder."""
    folder = model_folder(model)
    return model if folder is None or model in named_models() else str(folder.absolute())


def legend_of(model: str) -> Legend:
    """Return the legend of a model, or the ISPRS legend if its card cannot be read."""
    try:
        return read_card(model).legend
    except ModelError:
        return ISPRS


def title_of(model: str) -> str:
    """Return the title of a model, or the name of its folder if its card cannot be read."""
    try:
        return read_card(model).title
    except ModelError:
        return Path(model).name


def _text_of(file: Path) -> Optional[str]:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return None
