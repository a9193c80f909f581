# SPDX-License-Identifier: GPL-2.0-or-later
"""Scenes that resemble a real true orthophoto: broad calm crowns and a wide lit avenue."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy.ndimage import distance_transform_edt, gaussian_filter, median_filter

from ...synthetic import Scene, conditions_of, make_scene
from ...synthetic.codes import BUILDING, CAR, IMPERVIOUS, LOW_VEGETATION, TREE
from ...synthetic.layouts import TOWN

AVENUE_M = 35.0
CROWNS = 90


def park_and_avenue(seed: int, size_px: int, gsd_m: float) -> Scene:
    """Return a scene with a park of broad calm crowns and avenues of 35 m.

    Args:
        seed: seed of the scene.
        size_px: edge in pixels.
        gsd_m: edge of a pixel in meters.
    """
    layout = replace(
        TOWN,
        half_roadway_m=(AVENUE_M / 2, AVENUE_M / 2),
        block_length_m=(90.0, 130.0),
        block_depth_m=(80.0, 110.0),
    )
    conditions = replace(
        conditions_of(seed),
        survey="matched",
        smear_m=0.6,
        blobs_m=0.0,
        balance_nir=0.9,
        crosstalk=0.05,
        stray_nir=0.0,
        exposure=1.25,
        drought=0.3,
        bare_crowns=0.0,
    )
    scene = make_scene(seed, size_px, gsd_m, conditions, layout)
    return _with_broad_crowns(scene, np.random.default_rng(seed))


def _with_broad_crowns(scene: Scene, rng: np.random.Generator) -> Scene:
    """Return the scene with crowns 10 to 30 m wide on open ground, and calm surfaces of crowns."""
    gsd_m = scene.gsd_m
    labels, image = scene.labels.copy(), scene.image.astype(np.float32)
    height = _calm(scene.dsm - scene.dtm, labels == TREE, gsd_m)
    is_tree = labels == TREE
    color = np.array([np.median(band[is_tree]) for band in image])
    keep_off = distance_transform_edt(~np.isin(labels, (BUILDING, IMPERVIOUS, CAR))) * gsd_m
    rows, cols = np.nonzero((labels == LOW_VEGETATION) & (keep_off > 4))
    fine, coarse = (gaussian_filter(rng.normal(size=labels.shape), s / gsd_m) for s in (0.25, 2.0))
    fine, coarse = fine / fine.std(), coarse / coarse.std()
    for _ in range(CROWNS if len(rows) else 0):
        spot = rng.integers(len(rows))
        radius_m = min(rng.uniform(5, 15), keep_off[rows[spot], cols[spot]])
        reach = radius_m / gsd_m
        down, right = np.ogrid[: labels.shape[0], : labels.shape[1]]
        away = np.hypot(down - rows[spot], right - cols[spot])
        profile = np.clip(1 - (away / reach) ** 4, 0, 1) ** 0.5
        crown = (profile > 0) & np.isin(labels, (LOW_VEGETATION, TREE))
        top_m = rng.uniform(8, 16)
        tint = color * rng.uniform(0.85, 1.15)
        lit = (1 + 0.10 * fine + 0.06 * coarse)[crown]
        image[:, crown] = tint[:, None] * lit
        height[crown] = np.maximum(height[crown], (top_m * (0.55 + 0.45 * profile))[crown])
        labels[crown] = TREE
    height = _calm(height, labels == TREE, gsd_m)
    largest = np.iinfo(scene.image.dtype).max
    return replace(
        scene,
        image=np.clip(image, 0, largest).astype(scene.image.dtype),
        dsm=(scene.dtm + height).astype(np.float32),
        labels=labels,
        ground_labels=np.where(labels == TREE, np.uint8(LOW_VEGETATION), scene.ground_labels),
    )


def _calm(height: np.ndarray, is_crown: np.ndarray, gsd_m: float) -> np.ndarray:
    """Return heights (H, W) whose crowns went through a median of 2 m and a Gaussian of 1 m."""
    raised = np.where(is_crown, np.maximum(height, 2.5), height)
    calm = gaussian_filter(median_filter(raised[::2, ::2], round(1 / gsd_m) + 1), 0.5 / gsd_m)
    full = calm.repeat(2, 0).repeat(2, 1)[: height.shape[0], : height.shape[1]]
    return np.where(is_crown, np.maximum(gaussian_filter(full, 1.0), 2.0), height)
