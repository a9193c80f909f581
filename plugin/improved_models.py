# SPDX-License-Identifier: GPL-2.0-or-later
"""Models of the library that wait: trainings that have not ended, and drafts with a verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Tuple

from .i18n import tr
from .project_model import project_model
from .protocol import CARD_NAME, library_models, own_models_folder

if TYPE_CHECKING:
    from pathlib import Path


class ImprovedModel(NamedTuple):
    """A model that waits for the user.

    Args:
        name: name in the library.
        folder: folder of the model.
        text: name and state, for a list.
        is_finished: whether its training has ended.
    """

    name: str
    folder: Path
    text: str
    is_finished: bool


def improved_models() -> Tuple[ImprovedModel, ...]:
    """Return unfinished trainings and drafts in the library, as they are now."""
    return (*_unfinished(), *_drafts())


def _unfinished() -> Tuple[ImprovedModel, ...]:
    library = own_models_folder()
    folders = sorted(library.iterdir()) if library.is_dir() else []
    return tuple(
        ImprovedModel(each.name, each, tr("{}: training not finished").format(each.name), False)
        for each in folders
        if each.is_dir() and not each.name.startswith(".") and not (each / CARD_NAME).exists()
    )


def _drafts() -> Tuple[ImprovedModel, ...]:
    """Return the fine-tuned models that the project does not use."""
    return tuple(
        ImprovedModel(each.name, each.folder, tr("{}: draft").format(each.title), True)
        for each in library_models()
        if each.card.verdict and each.name != project_model()
    )
