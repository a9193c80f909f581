# SPDX-License-Identifier: GPL-2.0-or-later
"""Processes of a distributed training, each with its share of the patches of every step.

`torchrun` starts the processes and sets their ranks in the environment. Gradients are reduced
before each step, so all processes keep the same weights. Only the first process reports and writes.

Batch norm uses the statistics of its own process in training; those of the first process are
saved. Without batch norm, a step equals that of one process with all patches, up to rounding.
"""

from __future__ import annotations

import os
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import torch
from torch import distributed
from torch.nn.parallel import DistributedDataParallel

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    from torch import nn


TIMEOUT = timedelta(hours=3)  # the others wait while the first process validates


@dataclass(frozen=True)
class Processes:
    """Processes of a training, from the point of view of one of them.

    Args:
        number: rank of this process, from 0.
        count: number of processes.
        device: device of this process.
    """

    number: int = 0
    count: int = 1
    device: torch.device = torch.device("cpu")  # noqa: RUF009, devices are immutable

    @property
    def is_first(self) -> bool:
        """Whether this process is the one that reports and writes."""
        return self.number == 0

    def shared(self, module: nn.Module) -> nn.Module:
        """Return the module, averaging its gradients over all processes in the backward pass."""
        if self.count == 1:
            return module
        # Heads without labels for their task get no gradient.
        return DistributedDataParallel(module, find_unused_parameters=True)

    def total(self, number: float) -> float:
        """Return the sum of a number over all processes."""
        if self.count == 1:
            return number
        summed = torch.tensor(number, dtype=torch.float64, device=self.device)
        distributed.all_reduce(summed)
        return float(summed)

    def agreed(self, decision: bool) -> bool:
        """Return the decision of the first process; all processes wait for it."""
        return self.total(float(decision and self.is_first)) > 0


def no_sync_until_last(module: nn.Module, *, is_last: bool) -> AbstractContextManager[object]:
    """Return a context without gradient reduction, except for the last batch of a step.

    Args:
        module: module returned by `Processes.shared`.
        is_last: whether the batch is the last one of the step.
    """
    if is_last or not isinstance(module, DistributedDataParallel):
        return nullcontext()
    return module.no_sync()


@contextmanager
def joined(device: torch.device) -> Iterator[Processes]:
    """Join the processes that `torchrun` has started, or yield a single process without it.

    Args:
        device: chosen device; with several GPUs, each process uses its own.
    """
    if not distributed.is_torchelastic_launched() or int(os.environ["WORLD_SIZE"]) == 1:
        yield Processes(device=device)
        return
    if device.type == "cuda":
        device = torch.device("cuda", int(os.environ["LOCAL_RANK"]))
        torch.cuda.set_device(device)
    backend = "nccl" if device.type == "cuda" else "gloo"
    distributed.init_process_group(backend, timeout=TIMEOUT)
    try:
        yield Processes(distributed.get_rank(), distributed.get_world_size(), device)
    finally:
        distributed.destroy_process_group()
