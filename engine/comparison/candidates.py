# SPDX-License-Identifier: GPL-2.0-or-later
"""Candidates of a comparison: architectures to train and existing models."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..models.bundle import load_bundle
from ..models.readiness import refuse_untrained
from ..models.store import find_model
from ..protocol import (
    CATALOG,
    HEIGHT_ROLE,
    IMAGE_ROLES,
    ISPRS,
    InputError,
    ModelCard,
    Normalization,
    row_named,
)

if TYPE_CHECKING:
    from ..models.bundle import Bundle
    from ..protocol import CompareJob


def is_architecture(name: str) -> bool:
    """Return whether a name is an architecture, which is trained, or a model, which is loaded."""
    return name in [row.name for row in CATALOG]


def loaded(job: CompareJob) -> dict[str, Bundle]:
    """Return the models among the candidates by name.

    Raises:
        ModelError: if a model cannot be used.
        InputError: if a model has other class codes than the ISPRS legend of the labels.
    """
    bundles = {
        name: load_bundle(find_model(name))
        for name in job.architectures
        if not is_architecture(name)
    }
    for name, bundle in bundles.items():
        refuse_untrained(bundle.card)
        if bundle.card.legend.codes != ISPRS.codes:
            raise InputError(
                f"The model '{name}' has other land classes than the ISPRS legend of the labels: "
                "compare models with the codes 1 to 6 of that legend."
            )
    return bundles


def card_for(name: str, job: CompareJob, gsd_m: float) -> ModelCard:
    """Return the card of the model trained from an architecture."""
    roles = (*IMAGE_ROLES, HEIGHT_ROLE) if job.dsm else IMAGE_ROLES
    row = row_named(name)
    return ModelCard(
        name=name,
        title=row.title,
        summary=f"Trained on a part of one scene for {job.steps} steps, to compare it.",
        architecture=name,
        legend=ISPRS,
        roles=roles,
        gsd_range_m=(gsd_m, gsd_m),
        normalization=Normalization(),
        license="not stated; derived from the image and its labels",
        weights_sha256="",
        options={"width": job.width} if job.width != "1" else {},
        provenance={"image": job.image, "labels": job.labels, "seed": str(job.seed)},
    )
