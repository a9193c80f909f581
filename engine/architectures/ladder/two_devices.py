# SPDX-License-Identifier: GPL-2.0-or-later
"""One network on two devices: the fine part of the trunk on one, all the rest on the other.

At a megapixel the maps of the first two dense blocks need as much memory as everything after
them, so each device holds about half. Maps move where a module on the second device reads what
the first one made: behind the cut, and in the transitions up to the finest taps. Gradients take
the same way back.

    I. Kreso, S. Segvic, J. Krapac, Ladder-Style DenseNets for Semantic Segmentation of Large
    Natural Images, ICCV Workshops 2017, Section 5.1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch
    from torch import Tensor, nn

    from .network import Ladder


def place_on_two(
    network: Ladder, fine: torch.device, rest: torch.device, *, within_third: bool = False
) -> None:
    """Spread a network over two devices, which may be the same.

    It takes images on any device and returns scores on the second one.

    Args:
        network: is changed in place; names of its parameters stay the same.
        fine: holds the stem and the first two blocks with the transition between them.
        rest: holds everything else.
        within_third: `fine` holds the first half of the third block, too, as in the authors'
            release.
    """
    parts, behind = network.trunk.cut(within_third=within_third)
    on_fine = {module for part in parts for module in part.modules()}
    for module in network.modules():
        if not list(module.children()):  # these hold the tensors
            module.to(fine if module in on_fine else rest)
    for reader in (network.trunk, behind, *network.ups):
        reader.register_forward_pre_hook(_to_own_device)


def _to_own_device(module: nn.Module, inputs: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
    """Return the inputs of a module where its first parameter is."""
    device = next(module.parameters()).device
    return tuple(maps.to(device) for maps in inputs)
