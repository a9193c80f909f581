# SPDX-License-Identifier: GPL-2.0-or-later
"""Memory of the tensors of a computation, followed operation by operation."""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING, Any

import torch
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves
from torch.utils.weak import WeakIdKeyDictionary

from ..labeling.predictor import LARGE_WEIGHT_BYTES
from ..process.memory import MB
from .heap import Heap

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


class TensorMemory(TorchDispatchMode):
    """Context that places the tensors created in it on a heap, on any device, also on `meta`.

    Convolutions on a CPU copy their weights into the layout of the instruction set, so the bytes of
    the weights are added while one is computed. Other work space of operations is not known. The
    heap is trimmed where a `Predictor` does it.

    Args:
        known: tensors that are left out, such as the weights.
    """

    def __init__(self, known: Iterable[torch.Tensor] = ()) -> None:
        super().__init__()
        self.heap = Heap()
        self._seen: WeakIdKeyDictionary = WeakIdKeyDictionary()
        for tensor in known:
            self._seen[tensor.untyped_storage()] = True

    @property
    def peak_mb(self) -> float:
        """Largest memory of the heap, in MB."""
        return self.heap.peak_bytes / MB

    def __torch_dispatch__(
        self,
        function: Callable[..., Any],
        types: Any,
        args: tuple[Any, ...] = (),
        kwargs: dict[str, Any] | None = None,
    ) -> Any:
        """Execute an operation, and place its results."""
        weight_bytes = args[1].nbytes if "conv" in str(function) else 0
        if weight_bytes >= LARGE_WEIGHT_BYTES:
            self.heap.trim()
        results = function(*args, **(kwargs or {}))
        for result in tree_leaves(results):
            if isinstance(result, torch.Tensor):
                self._place(result)
        if weight_bytes:
            self.heap.release(self.heap.allocate(weight_bytes))
        return results

    def _place(self, tensor: torch.Tensor) -> None:
        storage = tensor.untyped_storage()
        if storage not in self._seen:
            self._seen[storage] = True
            weakref.finalize(storage, self.heap.release, self.heap.allocate(storage.nbytes()))
