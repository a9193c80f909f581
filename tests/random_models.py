# SPDX-License-Identifier: GPL-2.0-or-later
"""Models with random weights, whose labels differ from place to place."""

from __future__ import annotations

import torch
from orthoscribe.engine.architectures import build
from orthoscribe.engine.models.bundle import save_bundle
from orthoscribe.engine.protocol import ISPRS, ModelCard, Normalization


def save_random_model(folder, architecture, roles, gsd_range_m, options=None):
    """Save a model with random weights and return its folder.

    Args:
        folder: to make.
        architecture: of the catalog.
        roles: of its channels.
        gsd_range_m: what it claims to be trained on.
        options: of the architecture.
    """
    torch.manual_seed(0)
    network = build(architecture, len(roles), len(ISPRS), options or {})
    card = ModelCard(
        name="random",
        title="Random",
        summary="Random weights.",
        architecture=architecture,
        legend=ISPRS,
        roles=roles,
        gsd_range_m=gsd_range_m,
        normalization=Normalization(),
        license="none",
        weights_sha256="",
        options=options or {},
    )
    return str(save_bundle(folder, card, network.eval()).folder)
