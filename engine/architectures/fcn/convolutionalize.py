# SPDX-License-Identifier: GPL-2.0-or-later
"""Conversion of a classifier's fully connected layer to an equivalent convolution.

E. Shelhamer, J. Long, T. Darrell, Fully Convolutional Networks for Semantic Segmentation,
IEEE TPAMI 39(4), 2017, Section 3.1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor


def convolutionalized(weight: Tensor, edge: int) -> Tensor:
    """Return the weights of a fully connected layer as those of a convolution.

    Args:
        weight: weights for flattened maps (I, edge, edge), (O, I * edge * edge).
        edge: size of the maps and of the kernel.

    Returns:
        Weights of the convolution, (O, I, edge, edge).

    Raises:
        ValueError: if the number of inputs is not a multiple of edge * edge.
    """
    outputs, inputs = weight.shape
    if inputs % (edge * edge):
        raise ValueError(f"{inputs} inputs are not a multiple of {edge} x {edge}.")
    return weight.reshape(outputs, inputs // (edge * edge), edge, edge)
