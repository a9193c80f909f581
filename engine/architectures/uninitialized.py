# SPDX-License-Identifier: GPL-2.0-or-later
"""Networks without initial weights, for weights that are loaded later or not needed.

Unused random weights cost time. On the meta device torch even imports its compiler for them and for
any arithmetic: 820 modules, and more than a second at every start.
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
RANDOM = (Tensor.normal_, Tensor.uniform_)  # called by the other functions of `torch.nn.init`


@contextmanager
def blank_weights() -> Iterator[None]:
    """Leave the random weights of networks built in this context uninitialized.

    Their memory is allocated but not written, so it uses address space but no physical memory.
    Weights that are not random, such as bilinear kernels, are computed as usual.
    """
    with _Uninitialized():
        yield


@contextmanager
def shapes_alone() -> Iterator[None]:
    """Build networks in this context on the meta device: they have shapes, but no memory."""
    with torch.device("meta"), _Uninitialized():
        yield


class _Uninitialized(TorchFunctionMode):
    """Skips functions that draw random weights."""

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
