# SPDX-License-Identifier: GPL-2.0-or-later
"""Where models lie, and which folder a name means.

Bundled models come with Orthoscribe, in `resources/models`. The user's own lie in the folder
`models` of `$ORTHOSCRIBE_HOME`, by default `~/.orthoscribe`. Any other is given by its path. A
model is named like its folder; where both places have one, the bundled one is meant.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Dict, Optional, Tuple

CARD_NAME = "model.json"
BUNDLED_MODELS = Path(__file__).resolve().parents[2] / "resources" / "models"


def own_models_folder() -> Path:
    """Return the folder of the user's own models, whether or not it is there."""
    home = os.environ.get("ORTHOSCRIBE_HOME") or Path.home() / ".orthoscribe"
    return Path(home).absolute() / "models"


def models_in(folder: Path) -> Tuple[Path, ...]:
    """Return the folders of the models that lie in `folder`, by name."""
    return tuple(sorted(card.parent for card in folder.glob(f"*/{CARD_NAME}")))


def named_models() -> Dict[str, Path]:
    """Return the folder of every model that can be asked for by name, the bundled ones first."""
    bundled = {folder.name: folder for folder in models_in(BUNDLED_MODELS)}
    own = {folder.name: folder for folder in models_in(own_models_folder())}
    return {**bundled, **own, **bundled}


def model_folder(name_or_path: str) -> Optional[Path]:
    """Return the folder of a model, or None where there is no such model.

    Args:
        name_or_path: a name of `named_models`, else the path of a model folder or of its card.
    """
    named = named_models().get(name_or_path)
    if named is not None or not name_or_path:
        return named
    path = Path(name_or_path).expanduser()
    folder = path.parent if path.name == CARD_NAME else path
    return folder if (folder / CARD_NAME).is_file() else None
