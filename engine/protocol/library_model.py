# SPDX-License-Identifier: GPL-2.0-or-later
"""Description of the installed models for users: use, score, date and lineage of each."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Dict, Tuple

from .installed import installed_cards
from .model_card import ModelCard
from .model_paths import BUNDLED_MODELS, CARD_NAME, models_in, named_models, own_models_folder
from .resolution import length_text

if TYPE_CHECKING:
    from pathlib import Path

FROM_SCRATCH = "random weights"
# Order of the bundled models in lists
PREFERRED = ("default", "accurate", "light", "image_only")
USES = ("Image and heights", "Image only")


@dataclass(frozen=True)
class LibraryModel:
    """Installed model.

    Args:
        name: name of its folder, by which it is chosen.
        folder: folder with its card and weights.
        card: card of the model.
    """

    name: str
    folder: Path
    card: ModelCard

    @property
    def is_bundled(self) -> bool:
        """Whether the model belongs to Orthoscribe and cannot be changed."""
        return self.folder.parent == BUNDLED_MODELS

    @property
    def title(self) -> str:
        """Display name; that of the folder is added where it differs in a user's model."""
        own = not self.is_bundled and self.card.title != self.name
        return f"{self.name}: {self.card.title}" if own else self.card.title

    @property
    def inputs(self) -> str:
        """One of `USES`."""
        return USES[0] if self.card.wants_heights else USES[1]

    @property
    def use(self) -> str:
        """Inputs and resolution that the model is made for."""
        return use_of(self.card)

    @property
    def score(self) -> str:
        """Main scores, or an empty string if none were measured."""
        return score_of(self.card)

    @property
    def date(self) -> str:
        """Day of the training; that of the card file for a user's model without one."""
        stated = self.card.provenance.get("date", "")
        return stated if stated or self.is_bundled else _day_of(self.folder / CARD_NAME)

    @property
    def lineage(self) -> str:
        """Model that the training started from, or the origin of the weights."""
        start = self.card.provenance.get("start", "").partition(",")[0]
        if start and start != FROM_SCRATCH:
            return f"from {start}"
        if self.is_bundled:
            return "bundled"
        return "trained from scratch" if start else ""

    @property
    def is_draft(self) -> bool:
        """Whether it is a fine-tuned model that is worse than the one it started from."""
        return self.card.verdict == "red"

    @property
    def details(self) -> str:
        """Use, score, date, lineage, summary and note, one in a line."""
        first = ", ".join(filter(None, (self.score, self.date)))
        lines = (self.use, first, self.lineage, self.card.summary, self.card.note)
        return "\n".join(line for line in lines if line)


def use_of(card: ModelCard) -> str:
    """Return the inputs and the resolution that a model is made for."""
    finest_m, coarsest_m = card.gsd_range_m
    finest_m = card.finest_image_m or finest_m
    coarsest_m = max(coarsest_m, card.coarsest_image_m)
    lengths = dict.fromkeys(map(length_text, (finest_m, coarsest_m)))
    inputs = USES[0] if card.wants_heights else USES[1]
    return f"{inputs}, {'-'.join(lengths)} m"


def score_of(card: ModelCard) -> str:
    """Return the main scores of a model, or an empty string if none were measured."""
    scores = card.scores
    f1 = f"F1 {scores['mean_f1']:.2f}" if "mean_f1" in scores else ""
    accuracy = scores.get("overall_accuracy")
    percent = f"OA {accuracy:.0%}" if accuracy is not None else ""
    return ", ".join(filter(None, (f1, percent)))


def library_models() -> Tuple[LibraryModel, ...]:
    """Return all models with a readable card by use; bundled ones come first in each use."""
    folders = named_models()
    models = [LibraryModel(name, folders[name], card) for name, card in installed_cards().items()]
    return tuple(sorted(models, key=_place))


def library_by_use() -> Dict[str, Tuple[LibraryModel, ...]]:
    """Return the models under each of `USES` that has any."""
    models = library_models()
    grouped = {use: tuple(each for each in models if each.inputs == use) for use in USES}
    return {use: group for use, group in grouped.items() if group}


def shadowed_models() -> Tuple[Path, ...]:
    """Return the user's models that cannot be chosen by name, as a bundled one has the name."""
    bundled = {folder.name for folder in models_in(BUNDLED_MODELS)}
    return tuple(each for each in models_in(own_models_folder()) if each.name in bundled)


def _place(model: LibraryModel) -> Tuple[int, bool, int, str]:
    rank = PREFERRED.index(model.name) if model.name in PREFERRED else len(PREFERRED)
    return USES.index(model.inputs), not model.is_bundled, rank, model.name.casefold()


def _day_of(file: Path) -> str:
    try:
        return time.strftime("%Y-%m-%d", time.gmtime(file.stat().st_mtime))
    except OSError:
        return ""
