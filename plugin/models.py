# SPDX-License-Identifier: GPL-2.0-or-later
"""Models as the plugin sees them: their cards, never their weights.

A model is named by a folder: one of the bundled ones, one in the engine's home, or any path. The
engine resolves names in the same order.
"""

from __future__ import annotations

from pathlib import Path
from typing import Iterator, NamedTuple, Tuple

from .engine_client.environment import engine_home
from .paths import BUNDLED_MODELS
from .protocol import ISPRS, Legend, ModelCard, ModelError, card_from_json

CARD_FILE = "model.json"


class NamedModel(NamedTuple):
    """A model that can be asked for by name: that of its folder, whatever its card says."""

    name: str
    card: ModelCard


def named_models() -> Tuple[NamedModel, ...]:
    """Return the models that can be asked for by name; broken ones are left out."""
    return tuple(_readable_models())


def read_card(model: str) -> ModelCard:
    """Return the card of a model, given by name or path.

    Raises:
        ModelError: there is no such model, or its card cannot be used.
    """
    folder = _folder(model)
    try:
        text = (folder / CARD_FILE).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ModelError(
            f"The model '{model}' has no readable {CARD_FILE}: choose the name of a bundled model, "
            "or a folder with model.json and weights.safetensors."
        ) from error
    return card_from_json(text)


def model_reference(model: str) -> str:
    """Return `model` as the engine finds it from its own working folder: a name, or a full path."""
    folder = _given_folder(model)
    return str(folder.absolute()) if folder == _folder(model) and folder.exists() else model


def legend_of(model: str) -> Legend:
    """Return the legend of a model; the ISPRS one where its card cannot be read."""
    try:
        return read_card(model).legend
    except ModelError:
        return ISPRS


def _folder(model: str) -> Path:
    places = (BUNDLED_MODELS / model, engine_home() / "models" / model)
    named = next((place for place in places if (place / CARD_FILE).is_file()), None)
    return named or _given_folder(model)


def _given_folder(model: str) -> Path:
    """Return the folder that a path means; the path of a card stands for its folder."""
    path = Path(model).expanduser()
    return path.parent if path.name == CARD_FILE else path


def _readable_models() -> Iterator[NamedModel]:
    files = [
        file
        for place in (BUNDLED_MODELS, engine_home() / "models")
        for file in sorted(place.glob(f"*/{CARD_FILE}"))
    ]
    for name in dict.fromkeys(file.parent.name for file in files):
        try:
            yield NamedModel(name, read_card(name))
        except ModelError:
            continue
