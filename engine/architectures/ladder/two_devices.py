# SPDX-License-Identifier: GPL-2.0-or-later
"""Model parallelism: the fine part of the trunk on one device, the remainder on another.

For an image of one megapixel, the maps of the first two dense blocks need as much memory as
everything after them, so each device holds about half. Maps are copied wherever a module on the
second device has inputs from the first: after the cut and in the transitions up to the finest taps.
Gradients are copied back the same way.

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
    """Split a network across two devices, which may be the same.

    The network then accepts images on any device and returns scores on the second one.

    Args:
        network: network, modified in place; the names of its parameters stay the same.
        fine: device of the stem and the first two blocks with the transition between them.
        rest: device of everything else.
        within_third: whether `fine` also holds the first half of the third block, as in the
            authors' release.
    """
    parts, behind = network.trunk.cut(within_third=within_third)
    on_fine = {module for part in parts for module in part.modules()}
    for module in network.modules():
        if not list(module.children()):  # leaf modules hold the tensors
            module.to(fine if module in on_fine else rest)
    for reader in (network.trunk, behind, *network.ups):
        reader.register_forward_pre_hook(_to_own_device)


def _to_own_device(module: nn.Module, inputs: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
    """Return the inputs of a module on the device of its first parameter."""
    device = next(module.parameters()).device
    return tuple(maps.to(device) for maps in inputs)
