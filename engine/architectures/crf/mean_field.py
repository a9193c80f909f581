# SPDX-License-Identifier: GPL-2.0-or-later
"""Mean field inference: parallel updates of the pixelwise class distributions.

P. Kraehenbuehl, V. Koltun, Efficient Inference in Fully Connected CRFs with Gaussian Edge
Potentials, NIPS 2011.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from torch import Tensor

    Filter = Callable[[Tensor], Tensor]  # weighted sums, (pixels, channels) to same

LEAST_PROBABILITY = 1e-5
LEAST_MASS = 1e-20


def unary_energies(scores: Tensor, dim: int) -> Tensor:
    """Return U = -log p, with the shape of the scores, whose class axis is `dim`.

    Probabilities p are clamped to at least 1e-5.
    """
    return -scores.softmax(dim).clamp_min(LEAST_PROBABILITY).log()


def normalized_symmetrically(kernel: Filter, ones: Tensor) -> Filter:
    """Return the filter D^-1/2 K D^-1/2, where D = K 1.

    Args:
        kernel: filter K.
        ones: tensor of ones, (pixels, 1).
    """
    roots = (kernel(ones) + LEAST_MASS).rsqrt()
    return lambda values: roots * kernel(roots * values)


def normalized_by_row(kernel: Filter, ones: Tensor) -> Filter:
    """Return the filter D^-1 K, where D = K 1; for the arguments see above."""
    shares = 1 / (kernel(ones) + LEAST_MASS)
    return lambda values: shares * kernel(values)


def infer(energies: Tensor, kernels: Sequence[tuple[float, Filter]], iterations: int) -> Tensor:
    """Return log Q, (pixels, classes), of the Potts model.

    Args:
        energies: unary energies U, (pixels, classes).
        kernels: weight and normalized filter of each pairwise term.
        iterations: number of parallel updates of all pixels.
    """
    logits = -energies
    for _ in range(iterations):
        beliefs = logits.softmax(-1)
        messages = [weight * kernel(beliefs) for weight, kernel in kernels if weight]
        logits = sum(messages, -energies)
    return torch.log_softmax(logits, -1)
