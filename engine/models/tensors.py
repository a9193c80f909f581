# SPDX-License-Identifier: GPL-2.0-or-later
"""Validation of a model's tensors: names, shapes and types of its architecture, finite values."""

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
    """Check that tensors match the architecture of a card.

    Args:
        card: card of the model.
        found: tensors of the model by name.
        expected: tensors of a new network; only their names, shapes and types are used.

    Raises:
        ModelError: if a tensor is missing, unexpected, of another shape or type, or not finite.
    """
    for problem in _problems(found, expected):
        raise ModelError(
            f"The weights of the model '{card.name}' do not match the architecture "
            f"'{card.architecture}' with {card.channels} input channels and "
            f"{len(card.legend)} classes: {problem}. Get a new copy of the model or correct its "
            "card."
        )
    for name, tensor in found.items():
        if not _is_finite(tensor):
            raise ModelError(
                f"The weights of the model '{card.name}' cannot be used: '{name}' contains NaN or "
                "infinite values. Get a new copy of the model."
            )


def _problems(found: Mapping[str, Tensor], expected: Mapping[str, Tensor]) -> Iterator[str]:
    if missing := sorted(expected.keys() - found.keys()):
        yield f"'{missing[0]}' is missing"
    if extra := sorted(found.keys() - expected.keys()):
        yield f"'{extra[0]}' is unexpected"
    for name, tensor in found.items():
        if (shape := tuple(tensor.shape)) != (wanted := tuple(expected[name].shape)):
            yield f"'{name}' has shape {shape} instead of {wanted}"
        if tensor.dtype != expected[name].dtype:
            yield f"'{name}' has type {tensor.dtype} instead of {expected[name].dtype}"


def _is_finite(tensor: Tensor) -> bool:
    """Return whether all values are finite; their sum needs no memory, unlike a mask."""
    return bool(torch.isfinite(tensor.sum())) or bool(torch.isfinite(tensor).all())
