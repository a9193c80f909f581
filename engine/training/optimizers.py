# SPDX-License-Identifier: GPL-2.0-or-later
"""Optimizers with a learning rate and a weight decay for each group of parameters.

Recipes have separate factors for biases, normalization layers and pretrained weights. The few
parameters of a CRF-RNN have learning rates up to 10,000 times as high as those of its network, with
SGD.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

import torch
from torch import nn

from ..architectures.crf.rnn import RATE_FACTORS, CrfRnn

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from torch.optim import Optimizer

    from ..protocol.catalog import recipes

Conv = (nn.Conv2d, nn.ConvTranspose2d, nn.Linear)
Norm = (nn.BatchNorm2d, nn.GroupNorm, nn.LayerNorm)


def build_optimizer(
    network: nn.Module,
    row: recipes.Optimizer,
    learning_rate: float,
    pretrained: Collection[str] = (),
) -> Optimizer:
    """Return the optimizer of a recipe for all parameters of a network that are not frozen.

    Args:
        network: network on its device.
        row: optimizer of the recipe.
        learning_rate: learning rate of new parameters.
        pretrained: names of the pretrained parameters.

    Raises:
        ValueError: if the network has no parameter of a given name, or none that is trainable.
    """
    groups = parameter_groups(network, row, pretrained)
    if not groups:
        raise ValueError("All weights of the network are frozen, so there is nothing to train.")
    if row.kind == "sgd":
        optimizer: Optimizer = torch.optim.SGD(groups, lr=learning_rate, momentum=row.momentum)
    else:
        kind = {"adam": torch.optim.Adam, "adamw": torch.optim.AdamW}[row.kind]
        optimizer = kind(groups, lr=learning_rate)
    set_rate(optimizer, learning_rate)
    return optimizer


def set_rate(optimizer: Optimizer, learning_rate: float) -> None:
    """Set the learning rate of each parameter group, multiplied by the factor of the group."""
    for group in optimizer.param_groups:
        group["lr"] = learning_rate * group["rate_factor"]


def parameter_groups(
    network: nn.Module, row: recipes.Optimizer, pretrained: Collection[str] = ()
) -> list[dict[str, Any]]:
    """Return the parameters that are not frozen, grouped by learning rate and weight decay.

    Each group has `params`, `rate_factor` and `weight_decay`.

    Raises:
        ValueError: if the network has no parameter of a given name.
    """
    unknown = set(pretrained) - {name for name, _ in network.named_parameters()}
    if unknown:
        raise ValueError(f"The network has no parameter {min(unknown)!r}.")
    groups = defaultdict(list)
    for module, full_name, parameter in _own_parameters(network):
        rate, decay = _factors(module, full_name.rpartition(".")[2], row)
        if full_name in pretrained:
            rate /= row.pretrained_divisor
        groups[rate, decay * row.weight_decay].append(parameter)
    return [
        {"params": parameters, "rate_factor": rate, "weight_decay": decay}
        for (rate, decay), parameters in groups.items()
    ]


def _own_parameters(network: nn.Module) -> Iterator[tuple[nn.Module, str, nn.Parameter]]:
    """Yield each parameter that is not frozen once, with its module and its full name."""
    visited: set[int] = set()
    for module_name, module in network.named_modules():
        for name, parameter in module.named_parameters(recurse=False):
            if parameter.requires_grad and id(parameter) not in visited:
                visited.add(id(parameter))
                yield module, f"{module_name}.{name}" if module_name else name, parameter


def _factors(module: nn.Module, name: str, row: recipes.Optimizer) -> tuple[float, float]:
    """Return the factors of learning rate and weight decay of one parameter of a module."""
    if isinstance(module, CrfRnn):
        # Adam divides gradients by their size, so no weight needs a higher rate.
        return RATE_FACTORS[name] if row.kind == "sgd" else 1.0, 1.0
    if isinstance(module, Norm):
        return 1.0, row.norm_decay
    if name == "bias" and isinstance(module, Conv):
        return row.bias_rate, row.bias_decay
    return 1.0, 1.0
