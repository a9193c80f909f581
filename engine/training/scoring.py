# SPDX-License-Identifier: GPL-2.0-or-later
"""Scores of a network on held-out scenes, each labeled as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch

from ..architectures import Padded
from ..metrics import Confusion, score
from ..protocol import row_named

if TYPE_CHECKING:
    from collections.abc import Iterable

    from torch import nn

    from ..protocol import Legend
    from .views import View


def confusion_of(
    network: nn.Module, architecture: str, views: Iterable[View], classes: int
) -> Confusion:
    """Label the views and return the confusion matrix.

    Args:
        network: network in evaluation mode, on any device.
        architecture: name of the architecture in the catalog.
        views: views of labeled scenes.
        classes: number of classes.
    """
    whole = Padded(network, row_named(architecture).stride_px)
    confusion = Confusion(range(classes))
    device = next((each.device for each in network.parameters()), None)
    for view in views:
        image = torch.from_numpy(view.channels.astype(np.float32))[None].to(device)
        with torch.inference_mode():
            labels = whole(image.contiguous(memory_format=torch.channels_last)).argmax(dim=1)
        confusion.feed(view.classes, labels[0].byte().cpu().numpy())
    return confusion


def score_names(legend: Legend) -> tuple[str, ...]:
    """Return the names of all scores that a card with this legend can have."""
    return ("overall_accuracy", "mean_f1", *(f"f1_{one.name}" for one in legend.classes))


def card_scores(confusion: Confusion, legend: Legend, prefix: str = "") -> dict[str, float]:
    """Return the scores for a model card by name: `overall_accuracy`, `mean_f1`, `f1_car`, ..."""
    scores = score(confusion.counts)
    named = {"overall_accuracy": scores.overall_accuracy, "mean_f1": scores.mean_f1}
    for land_class, f1 in zip(legend.classes, scores.f1, strict=True):
        if not np.isnan(f1):
            named[f"f1_{land_class.name}"] = float(f1)
    return {prefix + name: round(value, 4) for name, value in named.items()}
