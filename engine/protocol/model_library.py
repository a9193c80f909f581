# SPDX-License-Identifier: GPL-2.0-or-later
"""Changes to the library, the folder of the user's own models: rename, note and delete."""

from __future__ import annotations

import shutil
import uuid
from dataclasses import replace
from typing import TYPE_CHECKING

from .codec import card_from_json, card_to_json
from .errors import ModelError, OutputError
from .model_card import ModelCard
from .model_names import bundled_names, new_model_folder
from .model_paths import CARD_NAME, models_in, own_models_folder

if TYPE_CHECKING:
    from pathlib import Path


def rename_model(name: str, new_name: str) -> Path:
    """Rename a model of the library and return its new folder; the title becomes the name.

    Raises:
        ModelError: if the model does not exist or is bundled, or the new name cannot be used.
        OutputError: if the folder cannot be renamed.
    """
    folder, target = _own(name, "renamed"), own_models_folder() / new_name
    card = _card(folder)
    if new_name.casefold() != name.casefold():
        target = new_model_folder(new_name)
    try:
        if target != folder:
            folder.rename(target)
        _write(target, replace(card, name=new_name, title=new_name))
    except OSError as error:
        raise _unwritable(folder, error) from error
    return target


def note_model(name: str, note: str) -> None:
    """Write the note of a model of the library; an empty text removes it.

    Raises:
        ModelError: if the model does not exist or is bundled.
        OutputError: if the card cannot be written.
    """
    folder = _own(name, "changed")
    try:
        _write(folder, replace(_card(folder), note=note.strip()))
    except OSError as error:
        raise _unwritable(folder, error) from error


def delete_model(name: str) -> None:
    """Delete a model of the library.

    Raises:
        ModelError: if the model does not exist or is bundled.
        OutputError: if the folder cannot be removed.
    """
    folder = _own(name, "deleted")
    try:
        if folder.is_symlink():  # only the link belongs to the library
            folder.unlink()
            return
        hidden = folder.with_name(f".deleted_{uuid.uuid4().hex}")
        folder.rename(hidden)  # all or nothing, even if a file in it is in use
        shutil.rmtree(hidden)
    except OSError as error:
        raise _unwritable(folder, error) from error


def _own(name: str, change: str) -> Path:
    """Return the folder of a model of the library.

    Raises:
        ModelError: if the model does not exist or is bundled.
    """
    own = {folder.name: folder for folder in models_in(own_models_folder())}
    if name in own:
        return own[name]
    if name in bundled_names():
        raise ModelError(
            f"The model '{name}' belongs to Orthoscribe and cannot be {change}: choose one of your "
            "own models."
        )
    raise ModelError(
        f"There is no model '{name}' in your library ({own_models_folder()}): choose one of "
        f"{', '.join(own) or 'your own models, of which there are none yet'}."
    )


def _card(folder: Path) -> ModelCard:
    """Return the card of a model.

    Raises:
        ModelError: if the card cannot be read.
    """
    try:
        return card_from_json((folder / CARD_NAME).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise ModelError(
            f"The card {folder / CARD_NAME} cannot be read: get a new copy of the model."
        ) from error


def _write(folder: Path, card: ModelCard) -> None:
    """Replace the card, so that it is never incomplete."""
    part = folder / f".{CARD_NAME}.part"
    part.write_text(card_to_json(card), encoding="utf-8")
    part.replace(folder / CARD_NAME)


def _unwritable(folder: Path, error: OSError) -> OutputError:
    return OutputError(
        f"The model folder {folder} cannot be changed ({error.strerror}): close programs that use "
        "it, and check your permissions."
    )
