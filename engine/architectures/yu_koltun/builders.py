# SPDX-License-Identifier: GPL-2.0-or-later
"""Builders of the networks in the paper's tables: front end, context module and CRF.

F. Yu, V. Koltun, Multi-Scale Context Aggregation by Dilated Convolutions, ICLR 2016, Tables 2
to 4.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..crf import CrfRnn, WithCrf, crf_of
from .context import ContextModule
from .network import DilatedNetwork

if TYPE_CHECKING:
    from collections.abc import Callable


def front_end(
    bands: int, classes: int, *, width: float = 1.0, upsampling: str = "scores"
) -> DilatedNetwork:
    """Return the front end without a context module."""
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


def with_crf(
    bands: int,
    classes: int,
    *,
    build: Callable[..., DilatedNetwork],
    crf: str = "dense",
    crf_settings: str = "deeplab_largefov",
    **options: str | float,
) -> WithCrf:
    """Return a network followed by a CRF, which has no weights and is skipped in training."""
    return WithCrf(build(bands, classes, **options), crf_of(classes, crf, crf_settings))


def with_crf_rnn(
    bands: int,
    classes: int,
    *,
    build: Callable[..., DilatedNetwork],
    **options: str | float,
) -> WithCrf:
    """Return a network followed by a CRF that is trained jointly."""
    return WithCrf(build(bands, classes, **options), CrfRnn(classes))
