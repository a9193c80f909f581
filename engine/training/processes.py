# SPDX-License-Identifier: GPL-2.0-or-later
"""Processes: several copies of one training, each on its share of every step.

`torchrun` starts them and says in the environment who is who. Each sees other patches; their
gradients are added up before each step, so all keep the same weights. The first one alone reports
and writes.

Batch norms use the statistics of their own process in training, and those of the first process
are kept. Without them the steps are those of one process with all the patches, up to rounding.
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

from ..process.reporter import Reporter

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    from torch import nn

    from ..protocol import Event

TIMEOUT = timedelta(hours=3)  # of processes that wait while the first one scores


@dataclass(frozen=True)
class Processes:
    """Who takes part in a training.

    Args:
        number: of this process, from 0.
        count: of all.
        device: of this process.
    """

    number: int = 0
    count: int = 1
    device: torch.device = torch.device("cpu")  # noqa: RUF009, devices never change

    @property
    def is_first(self) -> bool:
        """Say whether this process reports and writes."""
        return self.number == 0

    def shared(self, module: nn.Module) -> nn.Module:
        """Return a module that averages its gradients over all processes when it runs back."""
        if self.count == 1:
            return module
        # Some heads are without a truth, so they get no gradient.
        return DistributedDataParallel(module, find_unused_parameters=True)

    def total(self, number: float) -> float:
        """Return the sum of a number over all processes."""
        if self.count == 1:
            return number
        summed = torch.tensor(number, dtype=torch.float64, device=self.device)
        distributed.all_reduce(summed)
        return float(summed)

    def agreed(self, decision: bool) -> bool:
        """Return what the first process has decided; all wait for it."""
        return self.total(float(decision and self.is_first)) > 0


class Silent(Reporter):
    """Says nothing, for all processes but the first; it still hears that it should stop."""

    def emit(self, event: Event) -> None:
        """Keep it to itself."""


def no_sync_until_last(module: nn.Module, *, is_last: bool) -> AbstractContextManager[object]:
    """Return a context in which gradients stay in this process, but for the last batch of a step.

    Args:
        module: made by `Processes.shared`.
        is_last: whether the batch is.
    """
    if is_last or not isinstance(module, DistributedDataParallel):
        return nullcontext()
    return module.no_sync()


@contextmanager
def joined(device: torch.device) -> Iterator[Processes]:
    """Join the processes that `torchrun` has started; alone without it.

    Args:
        device: as chosen; of several graphics cards, each process takes its own.
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
