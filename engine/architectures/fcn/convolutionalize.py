# SPDX-License-Identifier: GPL-2.0-or-later
"""From a classifier's dense layer to a convolution that computes the same at every position.

E. Shelhamer, J. Long, T. Darrell, Fully Convolutional Networks for Semantic Segmentation,
IEEE TPAMI 39(4), 2017, Section 3.1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor


def convolutionalized(weight: Tensor, edge: int) -> Tensor:
    """Return the weights of a dense layer as those of a convolution.

    Args:
        weight: (O, I * edge * edge), over maps (I, edge, edge) that were flattened.
        edge: of the maps, and of the kernel.

    Returns:
        (O, I, edge, edge).

    Raises:
        ValueError: the layer was not made for maps of this edge.
    """
    outputs, inputs = weight.shape
    if inputs % (edge * edge):
        raise ValueError(f"{inputs} inputs are no whole number of {edge} x {edge} maps.")
    return weight.reshape(outputs, inputs // (edge * edge), edge, edge)
