# SPDX-License-Identifier: GPL-2.0-or-later
"""Simulated polygons and predictions, to test how often a verdict is right."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from orthoscribe.engine.finetune.labels.label_polygon import LabelPolygon
from orthoscribe.engine.finetune.proof.comparison import compare_out_of_fold
from orthoscribe.engine.finetune.proof.verdict import verdict_of
from orthoscribe.engine.protocol import ISPRS
from orthoscribe.engine.tiling.window import Window

PIXELS = 200


class Drawn(NamedTuple):
    """Simulated polygons with classes 0..3, their groups, and predicted pixels before and after."""

    classes: np.ndarray
    groups: np.ndarray
    before: np.ndarray
    after: np.ndarray


def polygons_of(classes):
    return [
        LabelPolygon(0, at, int(one), Window(at, 0, 1, 1), np.ones((1, 1), bool), (at, 0.0), 1.0)
        for at, one in enumerate(classes)
    ]


def counts_of(rng, right, classes):
    """Return counts (n, 6) of polygons with a fraction right; one wrong class takes the rest."""
    counts = np.zeros((len(classes), 6), int)
    rows = np.arange(len(classes))
    hits = rng.binomial(PIXELS, np.clip(right, 0, 1))
    wrong = (classes + rng.integers(1, 4, len(classes))) % 4
    counts[rows, classes] = hits
    counts[rows, wrong] = PIXELS - hits
    return counts


def simulate(rng, gain=0.0, base=0.7, spread=0.3, change=0.15, count=20, groups=8):
    """Draw polygons whose fraction right changes by a gain, and by chance by polygon and group."""
    classes = rng.permutation(np.arange(count) % 4)
    group = np.concatenate((np.arange(groups), rng.integers(0, groups, count - groups)))
    before = np.clip(base + spread * rng.standard_normal(count), 0, 1)
    noise = rng.standard_normal(groups)[group] + rng.standard_normal(count)
    after = before + gain + change * noise / np.sqrt(2)
    return Drawn(classes, group, counts_of(rng, before, classes), counts_of(rng, after, classes))


def noisy_labels(rng, count=20, groups=8):
    """Draw polygons with random classes: both models predict what is there, with a few errors."""
    there = rng.integers(0, 4, count)
    group = np.concatenate((np.arange(groups), rng.integers(0, groups, count - groups)))
    classes = rng.permutation(np.arange(count) % 4)
    counts = []
    for _ in range(2):
        guessed = np.where(rng.random(count) < 0.3, rng.integers(0, 4, count), there)
        counts.append(counts_of(rng, np.full(count, 0.9), guessed))
    return Drawn(classes, group, *counts)


def verdict(drawn):
    proof = compare_out_of_fold(
        drawn.before, drawn.after, polygons_of(drawn.classes), drawn.groups, ISPRS
    )
    return verdict_of(proof, None, (), ISPRS)
