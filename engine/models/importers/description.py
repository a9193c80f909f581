# SPDX-License-Identifier: GPL-2.0-or-later
"""Description of imported models, for their cards and for the user."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ...protocol import listed
from .interpolation import is_bilinear
from .table import GRAYS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from torch import Tensor

    from ...protocol import ModelCard
    from .matching import Fitted
    from .table import Spelling
    from .weight_file import Weights

MAX_NAMED = 4
HEIGHTS = "the filters of the heights"
RAW = (
    "It was trained on raw values 0..255: label 8-bit images with --band-ranges 0:255,0:255,0:255."
)


def remarks_on(
    card: ModelCard, spelling: Spelling, fitted: Fitted, tensors: Mapping[str, Tensor]
) -> tuple[str, ...]:
    """Return one sentence for each difference between the imported model and the file."""
    return tuple(_remarks(card, spelling, fitted, tensors))


def described(
    card: ModelCard,
    spelling: Spelling,
    fitted: Fitted,
    weights: Weights,
    remarks: tuple[str, ...],
) -> ModelCard:
    """Return the card with a summary and the provenance of the weights."""
    is_raw = not fitted.new and spelling.inputs.deviation[0] == 1 / GRAYS
    sentences = [f"Imported: {spelling.title}.", *remarks, *([RAW] if is_raw else [])]
    provenance = {
        "file": weights.file,
        "format": weights.format,
        "sha256 of the file": weights.sha256,
        "source": spelling.title,
        "layers that are new": ", ".join(fitted.new),
        "layers left out": ", ".join(fitted.dropped),
    }
    return replace(
        card,
        untrained=fitted.new or ((HEIGHTS,) if _lacks_heights(card, spelling) else ()),
        summary=" ".join(sentences),
        provenance={name: text for name, text in provenance.items() if text},
    )


def _remarks(
    card: ModelCard, spelling: Spelling, fitted: Fitted, tensors: Mapping[str, Tensor]
) -> Iterator[str]:
    if fitted.new:
        yield (
            f"{'The' if fitted.scores else 'Backbone only: the'} file lacks {_named(fitted.new)}, "
            "so train before use."
        )
    if _lacks_heights(card, spelling):
        yield (
            "The file has no weights for heights, which start with the mean weights of the colors, "
            "so train before use."
        )
    for layer in fitted.dropped:
        kernel = tensors.get(f"{layer}.weight")
        if layer.startswith("up") and kernel is not None and not is_bilinear(kernel):
            yield (
                f"'{layer}' of the file has learned weights, but the network upsamples bilinearly, "
                "so its scores differ."
            )


def _lacks_heights(card: ModelCard, spelling: Spelling) -> bool:
    return card.wants_heights and "height" not in spelling.inputs.roles


def _named(layers: tuple[str, ...]) -> str:
    """Return the names, or the first ones and the number of the others."""
    shown = len(layers) if len(layers) <= MAX_NAMED else MAX_NAMED - 1
    names = [f"'{layer}'" for layer in layers[:shown]]
    if len(layers) > shown:
        names.append(f"{len(layers) - shown} more layers")
    return listed(names)
