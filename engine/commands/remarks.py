# SPDX-License-Identifier: GPL-2.0-or-later
"""Remarks: what the user should know about a result although nothing failed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..protocol import ROLE_TITLES, row_named
from .height_remarks import height_remarks

if TYPE_CHECKING:
    from ..protocol import LabelJob, ModelCard, Resolution
    from ..raster.reader import SceneReader


def scene_remarks(
    scene: SceneReader, card: ModelCard, resolution: Resolution, job: LabelJob
) -> list[str]:
    """Return what to say about a scene before it is labeled; sentences, most often none."""
    remarks = (
        _band_remark(scene),
        resolution.remark if resolution.is_doubtful else "",
        _halo_remark(card, job.halo_px),
        *scene.area_remarks,
        *height_remarks(scene, job),
    )
    return [remark for remark in remarks if remark]


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


def _band_remark(scene: SceneReader) -> str:
    guessed = scene.roles_by_custom
    if not guessed:
        return ""
    taken = zip(scene.roles, scene.bands, strict=True)
    listed = ", ".join(f"band {number} as {ROLE_TITLES[role]}" for role, number in taken)
    if "nir" in guessed and scene.marks_natural_colors:
        return (
            "The image marks its bands red, green and blue, so there may be no near infrared in "
            "it. Images with near infrared are often marked so too, so it is read as one: "
            f"{listed}. If it is a photo in natural colors, choose an image with near infrared; if "
            "the bands have another order, give their numbers."
        )
    some = " or ".join(ROLE_TITLES[role] for role in guessed)
    which = "which" if guessed == scene.roles else some
    return (
        f"The image does not say for sure which band is {which}, so they are taken in the "
        f"customary order: {listed}. Give the band numbers if that is wrong."
    )
