# SPDX-License-Identifier: GPL-2.0-or-later
"""Blank networks: built without initial weights, because others are read or none are needed.

Random weights that are thrown away cost time; on the meta device torch even loads its compiler for
them and for any arithmetic, 820 modules and over a second of every start.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor
from torch.overrides import TorchFunctionMode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

INITIALIZERS = "torch.nn.init"
RANDOM = (Tensor.normal_, Tensor.uniform_)  # what the other functions of `torch.nn.init` call


@contextmanager
def blank_weights() -> Iterator[None]:
    """Have networks that are built inside keep whatever lies in their memory as weights.

    The memory is asked for and not touched, so it takes up address space and no room. What is
    computed instead of drawn at random, such as bilinear kernels, is computed.
    """
    with _Uninitialized():
        yield


@contextmanager
def shapes_alone() -> Iterator[None]:
    """Have networks that are built inside lie on the meta device: shapes without memory."""
    with torch.device("meta"), _Uninitialized():
        yield


class _Uninitialized(TorchFunctionMode):
    """Skips what draws weights at random."""

    def __torch_function__(
        self,
        function: Callable[..., Any],
        types: Any,
        args: tuple[Any, ...] = (),
        kwargs: dict[str, Any] | None = None,
    ) -> Any:
        keywords = kwargs or {}
        if getattr(function, "__module__", "") == INITIALIZERS or function in RANDOM:
            return args[0] if args else keywords["tensor"]
        return function(*args, **keywords)
