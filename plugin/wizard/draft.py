# SPDX-License-Identifier: GPL-2.0-or-later
"""Draft of a fine-tuning: what the user has chosen so far, without widgets and layers."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Tuple

from ..i18n import tr
from ..models import legend_of, read_card
from ..protocol import (
    BUDGETS,
    CAUSES,
    DrawnInput,
    FinetuneJob,
    JobError,
    LabelJob,
    Legend,
    ModelError,
    OrthoscribeError,
    SceneInput,
    missing_heights,
    new_land_classes,
)

CLASS_FIELD = "class"
MISSING_CLASS = "missing_class"

Spot = Tuple[float, float]  # x, y in the CRS of the image


@dataclass(frozen=True)
class FinetuneDraft(DrawnInput):
    """A fine-tuning in the making; `labels` is the file with the drawn polygons.

    Args:
        start: name or folder of the model to improve.
        cause: reason for the wrong labels, one of `CAUSES`.
        new_classes: classes that the model lacks, as in `FinetuneJob`; ignored with other causes.
        budget: how long to train, one of `BUDGETS`.
        minutes: time limit of the training; 0: that of the budget.
        name: name of the new model in the library; empty if not chosen yet.
        image_layer: identifier of the image layer in the project.
        labels_layer: identifier of the layer with the drawn polygons in the project.
        result: folder of the trained model that waits for a decision; empty without one.
        done_spots: suggested places that the user has finished.
        skipped_spots: suggested places that the user has skipped.

    Raises:
        JobError: if a value is invalid.
    """

    start: str = "default"
    cause: str = "colors"
    new_classes: Tuple[str, ...] = ()
    budget: str = "standard"
    minutes: float = 0.0
    name: str = ""
    image_layer: str = ""
    labels_layer: str = ""
    result: str = ""
    done_spots: Tuple[Spot, ...] = ()
    skipped_spots: Tuple[Spot, ...] = ()

    def __post_init__(self) -> None:
        """Check the values of the fields."""
        super().__post_init__()
        if self.cause not in CAUSES or self.budget not in BUDGETS:
            raise JobError(
                f"The draft has the cause {self.cause!r} and the budget {self.budget!r}; they must "
                f"be one of {', '.join(CAUSES)} and of {', '.join(BUDGETS)}."
            )

    @property
    def wanted_classes(self) -> Tuple[str, ...]:
        """Names of the classes to add, none unless a class is missing."""
        return self.new_classes if self.cause == MISSING_CLASS else ()

    @property
    def legend(self) -> Legend:
        """Legend of the new model; classes with an invalid name are left out."""
        base = legend_of(self.start)
        try:
            return Legend((*base.classes, *new_land_classes(base, self.wanted_classes)))
        except ValueError:
            return base

    def area_problems(self) -> Tuple[str, ...]:
        """Return what is missing or wrong on the page *Area and model*."""
        sentences = [*SceneInput.problems(self)]
        try:
            card = read_card(self.start)
        except ModelError as error:
            return (*sentences, str(error))
        if card.wants_heights and not self.dsm:
            sentences.append(missing_heights(card.title))
        if self.cause == MISSING_CLASS:
            sentences += self._class_problems(card.legend)
        return tuple(sentences)

    def problems(self) -> Tuple[str, ...]:
        """Return what keeps the draft from being trained; empty if nothing does."""
        missing = () if self.labels else (tr("Nothing is drawn yet: draw what is wrong."),)
        return (*self.area_problems(), *missing)

    def to_job(self, budget: str = "", **others: Any) -> FinetuneJob:
        """Return the job of this draft.

        Args:
            budget: one of `BUDGETS`; empty: that of the draft.
            others: further fields of the job, as `output`.
        """
        names = {each.name for each in fields(FinetuneJob)} & {each.name for each in fields(self)}
        values = {name: getattr(self, name) for name in names}
        values.update(new_classes=self.wanted_classes, budget=budget or self.budget)
        return FinetuneJob(**{**values, **others})

    def _class_problems(self, legend: Legend) -> Tuple[str, ...]:
        if not self.new_classes:
            return (tr("A class is missing, but has no name yet: add it to the list."),)
        try:
            new_land_classes(legend, self.new_classes)
        except ValueError as error:
            return (str(error),)
        return ()


def draft_from_job(job: LabelJob) -> FinetuneDraft:
    """Return the first draft for improving what a run has labeled."""
    scene = {each.name: getattr(job, each.name) for each in fields(SceneInput)}
    return FinetuneDraft(**scene, start=job.model, class_field=CLASS_FIELD)


def draft_to_json(draft: FinetuneDraft) -> str:
    """Return a draft as JSON."""
    return json.dumps(asdict(draft), ensure_ascii=False)


def draft_from_json(text: str) -> FinetuneDraft:
    """Return the draft in `text`; fields of other versions and invalid values are left out."""
    try:
        values = json.loads(text)
    except ValueError:
        return FinetuneDraft()
    if not isinstance(values, dict):
        return FinetuneDraft()
    draft = FinetuneDraft()
    for each in fields(FinetuneDraft):
        default = getattr(draft, each.name)
        value = _as_tuples(values.get(each.name, default))
        if isinstance(value, type(default)):
            try:
                draft = replace(draft, **{each.name: value})
            except (OrthoscribeError, TypeError, AttributeError):
                continue
    return draft


def _as_tuples(value: Any) -> Any:
    """Return lists as tuples, as they were before JSON."""
    return tuple(map(_as_tuples, value)) if isinstance(value, list) else value
