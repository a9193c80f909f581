# SPDX-License-Identifier: GPL-2.0-or-later
"""Assembly: the networks of the paper's tables from front end and context module."""

from __future__ import annotations

from .context import ContextModule
from .network import DilatedNetwork


def front_end(
    bands: int, classes: int, *, width: float = 1.0, upsampling: str = "scores"
) -> DilatedNetwork:
    """Return the front end alone."""
    return DilatedNetwork(bands, classes, zoom=upsampling == "zoom", width=width)


def with_context(
    bands: int,
    classes: int,
    *,
    large: bool,
    width: float = 1.0,
    context_depth: str = "8",
    pad_once: str = "no",
    sigma: str = "0.01",
    upsampling: str = "scores",
) -> DilatedNetwork:
    """Return the front end followed by a context module."""
    context = ContextModule(
        classes,
        large=large,
        depth=int(context_depth),
        pad_once=pad_once == "yes",
        sigma=float(sigma),
        width=width,
    )
    return DilatedNetwork(bands, classes, context=context, zoom=upsampling == "zoom", width=width)
