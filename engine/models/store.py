# SPDX-License-Identifier: GPL-2.0-or-later
"""The store: where models lie, and which one a name means.

Bundled models come with Orthoscribe, in `resources/models`. The user's own lie in the folder
`models` of `$ORTHOSCRIBE_HOME`, by default `~/.orthoscribe`. Any other is given by its path.
"""

from __future__ import annotations

import difflib
import os
from pathlib import Path

from ..protocol import ModelError
from .bundle import CARD_NAME

BUNDLED = Path(__file__).resolve().parents[2] / "resources" / "models"


def find_model(name_or_path: str) -> Path:
    """Return the folder of a model.

    Args:
        name_or_path: name of a bundled model or of one of the user's, else the path of a model
            folder or of its card.

    Raises:
        ModelError: there is no such model; says which there are.
    """
    named = {folder.name: folder for folder in (*own_models(), *bundled_models())}
    if name_or_path in named:
        return named[name_or_path]
    path = Path(name_or_path).expanduser()
    folder = path.parent if path.name == CARD_NAME else path
    if name_or_path and (folder / CARD_NAME).is_file():
        return folder
    close = difflib.get_close_matches(name_or_path, named, 1)
    hint = f" Did you mean '{close[0]}'?" if close else ""
    raise ModelError(
        f"There is no model '{name_or_path}'.{hint} Choose "
        f"{', '.join(sorted(named)) or 'a model'} or the path of a folder with {CARD_NAME}."
    )


def bundled_models() -> tuple[Path, ...]:
    """Return the folders of the models that come with Orthoscribe, by name."""
    return _models_in(BUNDLED)


def own_models() -> tuple[Path, ...]:
    """Return the folders of the user's own models, by name."""
    home = os.environ.get("ORTHOSCRIBE_HOME") or Path.home() / ".orthoscribe"
    return _models_in(Path(home) / "models")


def _models_in(folder: Path) -> tuple[Path, ...]:
    return tuple(sorted(card.parent for card in folder.glob(f"*/{CARD_NAME}")))
