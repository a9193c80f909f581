# SPDX-License-Identifier: GPL-2.0-or-later
"""Remarks: warnings and notes about the inputs and results of a job that does not fail."""

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

LEAST_EMPTY = 0.01  # fraction of the pixels to label


def scene_remarks(
    scene: SceneReader, sample: SceneSample, card: ModelCard, resolution: Resolution, halo_px: int
) -> list[str]:
    """Return warnings about labeling a scene; sentences, usually none.

    Args:
        scene: open scene.
        sample: sample of the scene.
        card: card of the model.
        resolution: resolution at which the scene is labeled.
        halo_px: requested context around a tile; -1: the receptive field of the network.
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
    """Return warnings about the image and the heights of a scene; sentences."""
    heights = scene.wanted_heights
    if heights is None:
        return list(scene.image_remarks)
    found = height_remarks(heights, sample.heights, sample.missing_fraction, scene.grid.gsd_m)
    return [*scene.image_remarks, *found]


def warn_of_inputs(scene: SceneReader, reporter: Reporter, name: str = "") -> None:
    """Report warnings about the image and the heights of a training scene.

    Args:
        scene: open scene.
        reporter: reporter of the warnings.
        name: name of the scene if there are several; empty for a single scene.

    Raises:
        InputError: if a block of a file cannot be read.
    """
    for remark in input_remarks(scene, sample_scene(scene)):
        reporter.warn(f"{name}: {remark}" if name else remark)


def scene_notes(scene: SceneReader, sample: SceneSample) -> list[str]:
    """Return notes about a scene that are not warnings; sentences."""
    notes = [] if scene.wanted_heights is None else unit_notes(scene.wanted_heights)
    if sample.empty_fraction >= LEAST_EMPTY:
        percent = f"{100 * sample.empty_fraction:.0f} %"
        notes.append(
            f"About {percent} of what is to be labeled has no image values, by nodata, mask or "
            "alpha, so it gets no label."
        )
    return notes


def area_remarks(areas: list[dict[str, Any]]) -> list[str]:
    """Return notes about a result without labels, which is no error, as beside the flown area."""
    if any(row["pixels"] for row in areas):
        return []
    return [
        "No pixel was labeled: where the job's extent and area lie, image, heights and masks "
        "share no pixel with values. Choose another part, or check the nodata values."
    ]


def _halo_remark(card: ModelCard, halo_px: int) -> str:
    full_px = row_named(card.architecture).geometry(card.options).halo_px
    if halo_px < 0 or (full_px is not None and halo_px >= full_px):
        return ""
    full = "the whole image" if full_px is None else f"{full_px} px"
    return (
        f"Tiles have a context of {halo_px} px, but the model uses {full}: labels near the edges "
        "of tiles can differ from those of a run without halo_px."
    )
