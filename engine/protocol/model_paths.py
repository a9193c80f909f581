# SPDX-License-Identifier: GPL-2.0-or-later
"""Locations of models, and resolution of model names to folders.

Bundled models are in `resources/models`. The user's own models are in the folder `models` of
`$ORTHOSCRIBE_HOME`, by default `~/.orthoscribe`. Other models are selected by path. The name of a
model is that of its folder; a bundled model takes precedence over a user's model of that name.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Dict, Optional, Tuple

CARD_NAME = "model.json"
BUNDLED_MODELS = Path(__file__).resolve().parents[2] / "resources" / "models"


def own_folder() -> Path:
    """Return the user's folder for Orthoscribe, which may not exist."""
    home = os.environ.get("ORTHOSCRIBE_HOME") or Path.home() / ".orthoscribe"
    return Path(home).absolute()


def own_models_folder() -> Path:
    """Return the folder of the user's own models, which may not exist."""
    return own_folder() / "models"


def models_in(folder: Path) -> Tuple[Path, ...]:
    """Return the folders of the models in `folder`, sorted by name, without hidden ones."""
    found = sorted(card.parent for card in folder.glob(f"*/{CARD_NAME}"))
    return tuple(each for each in found if not each.name.startswith("."))


def named_models() -> Dict[str, Path]:
    """Return the folders of all models that can be selected by name, bundled ones first."""
    bundled = {folder.name: folder for folder in models_in(BUNDLED_MODELS)}
    own = {folder.name: folder for folder in models_in(own_models_folder())}
    return {**bundled, **own, **bundled}


def model_folder(name_or_path: str) -> Optional[Path]:
    """Return the folder of a model, or None if it does not exist.

    Args:
        name_or_path: name in `named_models`, or path of a model folder or of its card.
    """
    named = named_models().get(name_or_path)
    if named is not None or not name_or_path:
        return named
    path = Path(os.path.expanduser(name_or_path))  # noqa: PTH111 (never raises)
    folder = path.parent if path.name == CARD_NAME else path
    return folder if os.path.isfile(folder / CARD_NAME) else None  # noqa: PTH113 (never raises)
