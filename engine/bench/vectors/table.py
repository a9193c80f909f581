# SPDX-License-Identifier: GPL-2.0-or-later
"""Tables of the benchmark in Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .acceptance import criteria
from .peers import METHODS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from .building_scores import BuildingScores
    from .scene_files import SceneGroup
    from .scene_scores import SceneScores

ACCEPTANCE = ("value", "must reach", "measured", "reached")
BUILDINGS = (
    "method", "clean", "IoU median", "IoU mean", "Hausdorff median (m)", "90 % (m)",
    "right angles", "vertices", "true", "follow pixels", "s / 1000", "invalid", "overlapping",
)  # fmt: skip
SCENES = (
    "scene", "clean", "IoU pixels", "IoU", "Hausdorff pixels", "Hausdorff", "right", "vertices",
    "follow pixels", "invalid, overlapping", "roads comp. / corr. / quality",
    "axis p50 / p90", "width", "cars P / R / F1", "lot recall", "lot count", "heading", "center",
)  # fmt: skip


def scene_table(rows: Iterable[tuple[str, SceneScores]]) -> str:
    """Return a table with a row for each scene."""
    return _table(SCENES, [_scene_cells(title, scores) for title, scores in rows])


def acceptance_table(group: SceneGroup, scores: SceneScores) -> str:
    """Return the acceptance table of a group of scenes."""
    return _table(ACCEPTANCE, [one.cells for one in criteria(group, scores)])


def method_table(scores: SceneScores) -> str:
    """Return the scores of all methods on the buildings."""
    rows = [_method_cells(name, scores.buildings.get(name)) for name in METHODS]
    return _table(BUILDINGS, rows)


def _method_cells(name: str, scores: BuildingScores | None) -> Sequence[str]:
    if scores is None:
        return (name, "skipped: not installed", *[""] * (len(BUILDINGS) - 2))
    return (
        name,
        str(len(scores.iou)),
        f"{_at(scores.iou, 50):.3f}",
        f"{scores.iou.mean():.3f}" if len(scores.iou) else "nan",
        f"{_at(scores.hausdorff_m, 50):.2f}",
        f"{_at(scores.hausdorff_m, 90):.2f}",
        f"{scores.right_share:.2f}",
        f"{_mean(scores.vertices):.1f}",
        f"{_mean(scores.true_vertices):.1f}",
        f"{scores.fallback_share:.3f}",
        f"{scores.seconds_per_1000:.1f}",
        str(scores.invalid),
        str(scores.overlapping),
    )


def _scene_cells(title: str, scores: SceneScores) -> Sequence[str]:
    ours, raw = (scores.buildings[name] for name in METHODS[:2])
    roads, cars = scores.roads, scores.cars
    return (
        title,
        str(len(ours.iou)),
        f"{_at(raw.iou, 50):.3f}",
        f"{_at(ours.iou, 50):.3f}",
        f"{_at(raw.hausdorff_m, 50):.2f}",
        f"{_at(ours.hausdorff_m, 50):.2f}",
        f"{ours.right_share:.2f}",
        f"{ours.vertex_ratio:.2f} x",
        f"{ours.fallback_share:.3f}",
        f"{ours.invalid}, {ours.overlapping}",
        f"{roads.completeness:.2f} / {roads.correctness:.2f} / {roads.quality:.2f}",
        f"{_at(roads.distance_m, 50):.2f} / {_at(roads.distance_m, 90):.2f}",
        f"{_at(roads.width_error_m, 50):.2f}",
        f"{cars.precision:.2f} / {cars.recall:.2f} / {cars.f1:.2f}",
        f"{cars.lot_recall:.2f}",
        f"{cars.lot_count_error:+.2f}",
        f"{cars.near_heading_share:.2f}",
        f"{_at(cars.center_error_m, 50):.2f}",
    )


def _table(titles: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [titles, ["---"] * len(titles), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines) + "\n"


def _at(values: np.ndarray, percent: float) -> float:
    return float(np.percentile(values, percent)) if len(values) else float("nan")


def _mean(values: np.ndarray) -> float:
    return float(values.mean()) if len(values) else float("nan")
