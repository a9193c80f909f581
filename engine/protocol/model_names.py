# SPDX-License-Identifier: GPL-2.0-or-later
"""Names of new models in the library, the folder of the user's own models."""

from __future__ import annotations

from typing import TYPE_CHECKING, FrozenSet

from .catalog import CATALOG
from .errors import ModelError
from .model_paths import BUNDLED_MODELS, models_in, named_models, own_models_folder

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
    taken = {each.casefold() for each in (*named_models(), *bundled_names())}
    if name.casefold() in taken:
        return (
            f"There is already a model '{name}': choose another name, or delete that model first."
        )
    return ""


def new_model_folder(name: str) -> Path:
    """Return the folder in the library for a new model; it does not exist yet.

    Raises:
        ModelError: if the name is invalid or taken, also by an unfinished training.
    """
    problem = name_problem(name) or _unfinished_problem(name)
    if problem:
        raise ModelError(problem)
    return own_models_folder() / name


def free_name(wanted: str) -> str:
    """Return a name for a new model: `wanted`, or with a number if that is taken."""
    candidates = (wanted, *(f"{wanted}_{number}" for number in range(2, 1000)))
    return next((each for each in candidates if _is_free(each)), "")


def _is_free(name: str) -> bool:
    return not (name_problem(name) or _unfinished_problem(name))


def _unfinished_problem(name: str) -> str:
    """Return why a folder without a model is in the way, or an empty string if none is."""
    folder = own_models_folder() / name
    if not folder.exists():
        return ""
    return (
        f"The folder {folder} exists without a model, maybe of an unfinished training: choose "
        "another name, or remove the folder."
    )


def bundled_names() -> FrozenSet[str]:
    """Return the names of the models distributed with Orthoscribe."""
    return frozenset(folder.name for folder in models_in(BUNDLED_MODELS))
