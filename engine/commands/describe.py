# SPDX-License-Identifier: GPL-2.0-or-later
"""Describe: the catalog's rows with what only a built network can tell."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import torch
from torch.overrides import TorchFunctionMode

from ..architectures import build, count_parameters, count_trained
from ..protocol import CATALOG

if TYPE_CHECKING:
    from collections.abc import Callable


def describe_architectures(bands: int, classes: int) -> list[dict[str, Any]]:
    """Return one record for each row of the catalog, its number of parameters added.

    Args:
        bands: channels of the input, at least 1.
        classes: channels of the scores, at least 1.

    Returns:
        The fields of `ArchitectureRow`, `parameters`, the weights as papers count them, and
        `trained`, the numbers that training changes.
    """
    records = []
    for row in CATALOG:
        with torch.device("meta"), _Uninitialized():  # shapes alone: no memory, no work
            network = build(row.name, bands, classes)
        counts = {"parameters": count_parameters(network), "trained": count_trained(network)}
        records.append({**dataclasses.asdict(row), **counts})
    return records


class _Uninitialized(TorchFunctionMode):
    """Skip `torch.nn.init`: on the meta device it would load torch's compiler, for nothing."""

    def __torch_function__(
        self,
        function: Callable[..., Any],
        types: Any,
        args: tuple[Any, ...] = (),
        kwargs: dict[str, Any] | None = None,
    ) -> Any:
        keywords = kwargs or {}
        if getattr(function, "__module__", "") == "torch.nn.init":
            return args[0] if args else keywords["tensor"]
        return function(*args, **keywords)
