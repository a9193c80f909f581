# SPDX-License-Identifier: GPL-2.0-or-later
"""Bytes of the tensors that are alive at once, counted operation by operation."""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING, Any

import torch
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves
from torch.utils.weak import WeakIdKeyDictionary

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


class LiveBytes(TorchDispatchMode):
    """Context that counts the tensors created in it, on any device, also on `meta`.

    Convolutions on a CPU copy their weights into the layout of the instruction set, so the bytes of
    the weights are added while one is computed. Other work space of operations is not known.

    Args:
        known: tensors that are not counted, such as the weights.
    """

    def __init__(self, known: Iterable[torch.Tensor] = ()) -> None:
        super().__init__()
        self.live_bytes = self.peak_bytes = 0
        self._storages: WeakIdKeyDictionary = WeakIdKeyDictionary()
        for tensor in known:
            self._storages[tensor.untyped_storage()] = 0

    @property
    def peak_mb(self) -> float:
        """Largest number of bytes alive at once, in MB."""
        return self.peak_bytes / (1 << 20)

    def __torch_dispatch__(
        self,
        function: Callable[..., Any],
        types: Any,
        args: tuple[Any, ...] = (),
        kwargs: dict[str, Any] | None = None,
    ) -> Any:
        """Execute an operation, and count its results."""
        results = function(*args, **(kwargs or {}))
        for result in tree_leaves(results):
            if isinstance(result, torch.Tensor):
                self._count(result)
        work_bytes = args[1].nbytes if "conv" in str(function) else 0
        self.peak_bytes = max(self.peak_bytes, self.live_bytes + work_bytes)
        return results

    def _count(self, tensor: torch.Tensor) -> None:
        storage = tensor.untyped_storage()
        if storage in self._storages:
            return
        size_bytes = self._storages[storage] = storage.nbytes()
        self.live_bytes += size_bytes
        weakref.finalize(storage, self._forget, size_bytes)

    def _forget(self, size_bytes: int) -> None:
        self.live_bytes -= size_bytes
