# SPDX-License-Identifier: GPL-2.0-or-later
"""Conversion of external weights to a model: a network with these weights and its card."""

from __future__ import annotations

import colorsys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import torch

from ...architectures.fcn.initialization import zero_scores
from ...protocol import ISPRS, Legend, ModelCard, ModelError, row_named
from ...protocol.legend import LandClass
from ..bundle import build_of
from .description import described, remarks_on
from .matching import fit, spelling_of
from .table import ROLES
from .tables import TARGETS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from torch import Tensor, nn

    from ...protocol import ImportJob
    from .table import Spelling, Target
    from .weight_file import Weights

SEED = 1  # random seed for layers missing in the file
GOLDEN = 0.618034  # fraction of the golden ratio: each hue is distant from all previous ones


class Imported(NamedTuple):
    """Model made of imported weights.

    Args:
        card: card without the hash of the weights.
        network: network described by the card.
        remarks: sentences for the user.
    """

    card: ModelCard
    network: nn.Module
    remarks: tuple[str, ...]


def make_model(job: ImportJob, weights: Weights) -> Imported:
    """Return the model of an import job.

    Args:
        job: import job.
        weights: content of the weight file.

    Raises:
        ModelError: if the architecture has no importable weights, or these do not match.
    """
    target = target_of(job.architecture)
    spelling = spelling_of(weights.tensors, target)
    tensors = spelling.prepare(dict(weights.tensors))
    card = _card(job, tensors, spelling, target)
    target = target.built(row_named(card.architecture).settled(card.options))
    torch.manual_seed(SEED)
    network = build_of(card)
    zero_scores(network)  # as in FCN on top of a pretrained classifier
    fitted = fit(tensors, spelling, target, network.state_dict(), card.roles)
    network.load_state_dict({**network.state_dict(), **fitted.state})
    remarks = remarks_on(card, spelling, fitted, tensors)
    return Imported(described(card, spelling, fitted, weights, remarks), network, remarks)


def target_of(architecture: str) -> Target:
    """Return the import target of an architecture.

    Raises:
        ModelError: if the architecture has no importable weights.
    """
    if architecture not in TARGETS:
        raise ModelError(
            f"There are no weights to import for '{architecture}', which is trained from scratch: "
            f"choose one of {', '.join(TARGETS)}."
        )
    return TARGETS[architecture]


def _card(
    job: ImportJob, tensors: Mapping[str, Tensor], spelling: Spelling, target: Target
) -> ModelCard:
    """Return the card of a model with these weights, without summary and provenance."""
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
        license=job.license or "unknown: check with the publisher of the weights",
        weights_sha256="",
    )


def _roles_of(spelling: Spelling) -> tuple[str, ...]:
    return tuple(role for role in ROLES if role in spelling.inputs.roles)


def _legend(
    job: ImportJob, tensors: Mapping[str, Tensor], spelling: Spelling, target: Target
) -> Legend:
    """Return the legend of the job, or one with the number of classes in the file."""
    if job.legend is not None:
        return job.legend
    weights = [tensors.get(f"{spelling.names.get(part)}.weight") for part in target.scores]
    scored = [len(weight) for weight in weights if weight is not None]
    return legend_of(job.classes or (scored[0] if scored else len(ISPRS)))


def legend_of(classes: int) -> Legend:
    """Return the first classes of the ISPRS, or numbered classes if there are more of them.

    Released networks for the ISPRS benchmark have its order of classes.

    >>> [each.name for each in legend_of(2).classes], legend_of(7).classes[6].title
    (['impervious_surface', 'building'], 'Class 7')
    """
    if classes <= len(ISPRS):
        return Legend(ISPRS.classes[:classes])
    return Legend(
        tuple(
            LandClass(code, f"class_{code}", f"Class {code}", _color(code))
            for code in range(1, classes + 1)
        )
    )


def _color(code: int) -> tuple[int, int, int]:
    red, green, blue = colorsys.hsv_to_rgb(code * GOLDEN % 1, 0.6, 0.9)
    return round(255 * red), round(255 * green), round(255 * blue)
