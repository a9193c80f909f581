# SPDX-License-Identifier: GPL-2.0-or-later
"""The tensors of a model: exactly those its architecture has, and numbers throughout."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from ..protocol import ModelError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from torch import Tensor

    from ..protocol import ModelCard


def check_tensors(
    card: ModelCard, found: Mapping[str, Tensor], expected: Mapping[str, Tensor]
) -> None:
    """Refuse tensors that are not those of the card's architecture.

    Args:
        card: of the model.
        found: its tensors by name.
        expected: tensors of a new network, of which names, shapes and types count.

    Raises:
        ModelError: one is missing, one too many, of another shape or type, or not finite.
    """
    for problem in _problems(found, expected):
        raise ModelError(
            f"The weights of the model '{card.name}' do not fit the architecture "
            f"'{card.architecture}' with {card.channels} input channels and "
            f"{len(card.legend)} classes: {problem}. Get the model again, or correct its card."
        )


def _problems(found: Mapping[str, Tensor], expected: Mapping[str, Tensor]) -> Iterator[str]:
    if missing := sorted(expected.keys() - found.keys()):
        yield f"'{missing[0]}' is missing"
    if extra := sorted(found.keys() - expected.keys()):
        yield f"'{extra[0]}' does not belong there"
    for name, tensor in found.items():
        if tensor.shape != expected[name].shape:
            yield f"'{name}' is {tuple(tensor.shape)} instead of {tuple(expected[name].shape)}"
        if tensor.dtype != expected[name].dtype:
            yield f"'{name}' is {tensor.dtype} instead of {expected[name].dtype}"
        if not torch.isfinite(tensor).all():
            yield f"'{name}' holds values that are no numbers"
