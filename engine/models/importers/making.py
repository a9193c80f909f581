# SPDX-License-Identifier: GPL-2.0-or-later
"""Making a model of somebody else's weights: a network that holds them, and its card."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import torch

from ...protocol import ISPRS, ModelCard, ModelError, row_named
from ..bundle import build_of
from .fitting import fit, spelling_of
from .interpolation import is_bilinear
from .legends import legend_of
from .table import ROLES
from .tables import TARGETS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from torch import Tensor, nn

    from ...protocol import ImportJob, Legend
    from .fitting import Fitted
    from .table import Spelling, Target

SEED = 1  # of layers that the file lacks
MOST_NAMED = 4


class Imported(NamedTuple):
    """A model of imported weights.

    Args:
        card: without the hash of the weights.
        network: as the card describes it.
        remarks: sentences that its user should read.
    """

    card: ModelCard
    network: nn.Module
    remarks: tuple[str, ...]


def make_model(
    job: ImportJob, tensors: Mapping[str, Tensor], origin: Mapping[str, str]
) -> Imported:
    """Return the model of a job.

    Args:
        job: what is asked.
        tensors: of the file, by its names.
        origin: what the card's provenance says of the file.

    Raises:
        ModelError: the architecture takes no weights of others, or the tensors do not fit.
    """
    target = target_of(job.architecture)
    spelling = spelling_of(tensors, target)
    prepared = spelling.prepare(dict(tensors))
    card = _card(job, prepared, spelling, target)
    target = target.built(row_named(card.architecture).settled(card.options))
    torch.manual_seed(SEED)
    network = build_of(card)
    fitted = fit(prepared, spelling, target, network.state_dict(), card.roles)
    network.load_state_dict({**network.state_dict(), **fitted.state})
    remarks = _remarks(card, spelling, fitted, prepared)
    return Imported(_described(card, spelling, fitted, origin, remarks), network, remarks)


def target_of(architecture: str) -> Target:
    """Return where an architecture has its layers.

    Raises:
        ModelError: nobody has weights for it.
    """
    if architecture not in TARGETS:
        raise ModelError(
            f"There are no weights to import for '{architecture}', which trains from scratch: "
            f"choose one of {', '.join(TARGETS)}."
        )
    return TARGETS[architecture]


def _card(
    job: ImportJob, tensors: Mapping[str, Tensor], spelling: Spelling, target: Target
) -> ModelCard:
    """Return the card of a model with these weights, not yet described."""
    roles = job.roles or (_roles_of(spelling) if job.release else ROLES)
    known = {option.name for option in row_named(job.architecture).options}
    implied = {name: value for name, value in spelling.options.items() if name in known}
    release = target.release if job.release else {}
    folder = Path(job.output)
    return ModelCard(
        name=folder.name,
        title=folder.name,
        summary="",
        architecture=job.architecture,
        options={**implied, **release, **job.chosen},
        legend=_legend(job, tensors, spelling, target),
        roles=roles,
        gsd_range_m=spelling.gsd_range_m,
        normalization=spelling.inputs.normalization(roles),
        license=job.license or "unknown: ask who released the weights",
        weights_sha256="",
    )


def _roles_of(spelling: Spelling) -> tuple[str, ...]:
    return tuple(role for role in ROLES if role in spelling.inputs.roles)


def _legend(
    job: ImportJob, tensors: Mapping[str, Tensor], spelling: Spelling, target: Target
) -> Legend:
    """Return the legend asked for, or one of as many classes as the file scores."""
    if job.legend is not None:
        return job.legend
    weights = [tensors.get(f"{spelling.names.get(part, part)}.weight") for part in target.heads]
    scored = [len(weight) for weight in weights if weight is not None]
    return legend_of(job.classes or (scored[-1] if scored else len(ISPRS)))


def _remarks(
    card: ModelCard, spelling: Spelling, fitted: Fitted, tensors: Mapping[str, Tensor]
) -> tuple[str, ...]:
    """Return what keeps the model from being what the file was."""
    remarks = []
    if fitted.new:
        remarks.append(
            f"These are the weights of the backbone only: {_listed(fitted.new)} "
            f"{'is' if len(fitted.new) == 1 else 'are'} new, so train before use."
        )
    if card.wants_heights and "height" not in spelling.inputs.roles:
        remarks.append(
            "The file knows no heights: they start with the mean weights of the colors, so train "
            "before use."
        )
    for layer in fitted.dropped:
        kernel = tensors.get(f"{layer}.weight")
        if layer.startswith("up") and kernel is not None and not is_bilinear(kernel):
            remarks.append(
                f"'{layer}' of the file is trained, but the network interpolates bilinearly: its "
                "scores differ somewhat."
            )
    return tuple(remarks)


def _described(
    card: ModelCard,
    spelling: Spelling,
    fitted: Fitted,
    origin: Mapping[str, str],
    remarks: tuple[str, ...],
) -> ModelCard:
    """Return the card with what its weights are and are not."""
    provenance = {
        **origin,
        "source": spelling.title,
        "layers that are new": ", ".join(fitted.new),
        "layers left out": ", ".join(fitted.dropped),
    }
    return replace(
        card,
        summary=" ".join([f"Imported: {spelling.title}.", *remarks]),
        provenance={name: text for name, text in provenance.items() if text},
    )


def _listed(layers: tuple[str, ...]) -> str:
    """Return the first few names, and how many more there are."""
    more = len(layers) - MOST_NAMED
    named = ", ".join(f"'{layer}'" for layer in layers[:MOST_NAMED])
    return f"{named} and {more} more layers" if more > 0 else named
