# SPDX-License-Identifier: GPL-2.0-or-later
"""Mean field: each pixel in turn believes what it sees and what the others believe.

P. Kraehenbuehl, V. Koltun, Efficient Inference in Fully Connected CRFs with Gaussian Edge
Potentials, NIPS 2011.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from torch import Tensor

    Filter = Callable[[Tensor], Tensor]  # sums over pixels: (pixels, channels) of the same

LEAST_PROBABILITY = 1e-5
LEAST_MASS = 1e-20


def unary_energies(scores: Tensor, dim: int) -> Tensor:
    """Return U = -log p, of the shape of the scores, whose classes lie along `dim`.

    No p counts as less than 1e-5.
    """
    return -scores.softmax(dim).clamp_min(LEAST_PROBABILITY).log()


def normalized_symmetrically(kernel: Filter, ones: Tensor) -> Filter:
    """Return the filter D^-1/2 K D^-1/2, where D = K 1.

    Args:
        kernel: K.
        ones: (pixels, 1).
    """
    roots = (kernel(ones) + LEAST_MASS).rsqrt()
    return lambda values: roots * kernel(roots * values)


def normalized_by_row(kernel: Filter, ones: Tensor) -> Filter:
    """Return the filter D^-1 K, where D = K 1; arguments as above."""
    shares = 1 / (kernel(ones) + LEAST_MASS)
    return lambda values: shares * kernel(values)


def infer(energies: Tensor, kernels: Sequence[tuple[float, Filter]], iterations: int) -> Tensor:
    """Return log Q, (pixels, classes), of the Potts model.

    Args:
        energies: U, (pixels, classes).
        kernels: weight and normalized filter of each pairwise term.
        iterations: updates of all pixels at once.
    """
    logits = -energies
    for _ in range(iterations):
        beliefs = logits.softmax(-1)
        messages = [weight * kernel(beliefs) for weight, kernel in kernels if weight]
        logits = sum(messages, -energies)
    return torch.log_softmax(logits, -1)
