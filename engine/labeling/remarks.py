# SPDX-License-Identifier: GPL-2.0-or-later
"""Remarks: what the user should know about a result although nothing failed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..protocol import row_named, sketch_remark
from .height_remarks import height_remarks, unit_notes
from .scene_sample import sample_scene

if TYPE_CHECKING:
    from ..process.reporter import Reporter
    from ..protocol import ModelCard, Resolution
    from ..raster.reader import SceneReader
    from .scene_sample import SceneSample

LEAST_EMPTY = 0.01  # of what is to be labeled


def scene_remarks(
    scene: SceneReader, sample: SceneSample, card: ModelCard, resolution: Resolution, halo_px: int
) -> list[str]:
    """Return what is doubtful about labeling a scene; sentences, most often none.

    Args:
        scene: open scene.
        sample: sample of it.
        card: card of the model.
        resolution: resolution at which it is labeled.
        halo_px: context around a tile that was asked for; -1: all.
    """
    remarks = (
        sketch_remark(card),
        resolution.remark if resolution.is_doubtful else "",
        _halo_remark(card, halo_px),
        *scene.area_remarks,
        *input_remarks(scene, sample),
    )
    return [remark for remark in remarks if remark]


def input_remarks(scene: SceneReader, sample: SceneSample) -> list[str]:
    """Return what is doubtful about the image and the heights of a scene; sentences."""
    heights = scene.wanted_heights
    if heights is None:
        return list(scene.image_remarks)
    found = height_remarks(heights, sample.heights, sample.missing_fraction, scene.grid.gsd_m)
    return [*scene.image_remarks, *found]


def warn_of_inputs(scene: SceneReader, reporter: Reporter, name: str = "") -> None:
    """Warn of what is doubtful about a scene that is learned from.

    Args:
        scene: open.
        reporter: receives the warnings.
        name: name of the scene where there are several; empty: it is the only one.

    Raises:
        InputError: a block of a file cannot be read.
    """
    for remark in input_remarks(scene, sample_scene(scene)):
        reporter.warn(f"{name}: {remark}" if name else remark)


def scene_notes(scene: SceneReader, sample: SceneSample) -> list[str]:
    """Return what a user may want to know about a scene although nothing is doubtful."""
    notes = [] if scene.wanted_heights is None else unit_notes(scene.wanted_heights)
    if sample.empty_fraction >= LEAST_EMPTY:
        percent = f"{100 * sample.empty_fraction:.0f} %"
        notes.append(
            f"About {percent} of what is to be labeled has no image values, by nodata, mask or "
            "alpha, so it gets no label."
        )
    return notes


def area_remarks(areas: list[dict[str, Any]]) -> list[str]:
    """Return what to say about a result; a block beside the flown area is no mistake."""
    if any(row["pixels"] for row in areas):
        return []
    return [
        "No pixel was labeled: where the job's extent and area lie, image, heights and masks "
        "share no pixel with values. Choose another part, or check the nodata values."
    ]


def _halo_remark(card: ModelCard, halo_px: int) -> str:
    seen_px = row_named(card.architecture).geometry(card.options).halo_px
    if halo_px < 0 or (seen_px is not None and halo_px >= seen_px):
        return ""
    sees = "the whole image" if seen_px is None else f"{seen_px} px around a tile"
    return (
        f"Tiles see {halo_px} px around them and the model looks at {sees}: labels near the edges "
        "of tiles can differ from those of a run without halo_px."
    )
