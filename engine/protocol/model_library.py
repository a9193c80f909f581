# SPDX-License-Identifier: GPL-2.0-or-later
"""Changes to the library, the folder of the user's own models: rename, note and delete."""

from __future__ import annotations

import shutil
import uuid
from dataclasses import replace
from typing import TYPE_CHECKING, FrozenSet

from .catalog import CATALOG
from .codec import card_from_json, card_to_json
from .errors import ModelError, OutputError
from .model_card import ModelCard
from .model_paths import BUNDLED_MODELS, CARD_NAME, models_in, named_models, own_models_folder

if TYPE_CHECKING:
    from pathlib import Path

LONGEST_NAME = 64
ALLOWED_SIGNS = " ._-()+"
_DEVICES = {"con", "prn", "aux", "nul"}
RESERVED = _DEVICES | {f"{port}{number}" for port in ("com", "lpt") for number in range(10)}


def name_problem(name: str) -> str:
    """Return why a new model cannot have a name, or an empty string if it can."""
    odd = sorted({sign for sign in name if not (sign.isalnum() or sign in ALLOWED_SIGNS)})
    if odd or not name or len(name) > LONGEST_NAME or not (name[0] + name[-1]).isalnum():
        return (
            f"'{name}' cannot be the name of a model: use up to {LONGEST_NAME} letters, digits, "
            "spaces, dots, dashes and underscores, with a letter or a digit at both ends."
        )
    if name.partition(".")[0].casefold() in RESERVED:
        return f"'{name}' is a name that Windows reserves for devices: choose another name."
    if name.casefold() in {row.name.casefold() for row in CATALOG}:
        return f"'{name}' is the name of an architecture: choose another name for the model."
    taken = {each.casefold() for each in (*named_models(), *_bundled_names())}
    if name.casefold() in taken:
        return (
            f"There is already a model '{name}': choose another name, or delete that model first."
        )
    return ""


def new_model_folder(name: str) -> Path:
    """Return the folder in the library for a new model; it does not exist yet.

    Raises:
        ModelError: if the name is invalid or taken.
    """
    problem = name_problem(name)
    if problem:
        raise ModelError(problem)
    return own_models_folder() / name


def free_name(wanted: str) -> str:
    """Return a name for a new model: `wanted`, or with a number if that is taken."""
    if not name_problem(wanted):
        return wanted
    numbered = (f"{wanted}_{number}" for number in range(2, 1000))
    return next((each for each in numbered if not name_problem(each)), "")


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
    if name in _bundled_names():
        raise ModelError(
            f"The model '{name}' belongs to Orthoscribe and cannot be {change}: choose one of your "
            "own models."
        )
    raise ModelError(
        f"There is no model '{name}' in your library ({own_models_folder()}): choose one of "
        f"{', '.join(own) or 'your own models, of which there are none yet'}."
    )


def _bundled_names() -> FrozenSet[str]:
    return frozenset(folder.name for folder in models_in(BUNDLED_MODELS))


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
