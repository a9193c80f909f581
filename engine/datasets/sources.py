# SPDX-License-Identifier: GPL-2.0-or-later
"""Source files of a labeled scene, as input of the scene reader."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..protocol import HEIGHT_ROLE, IMAGE_ROLES, InputError, missing_heights
from ..raster.height_above_ground import HeightSources
from ..raster.reader import SceneSources

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .layout import LabeledScene


def sources_of_scene(
    scene: LabeledScene,
    roles: Sequence[str],
    *,
    dsm_band: int,
    dtm_band: int,
    model: str = "The model",
) -> SceneSources:
    """Return the sources of a whole scene.

    Args:
        scene: scene with georeferenced files.
        roles: roles of the model's channels.
        dsm_band: number of the band of the DSM, from 1.
        dtm_band: number of the band of the DTM, from 1.
        model: subject of the message about missing heights.

    Raises:
        InputError: if the model needs heights and the scene has none.
    """
    heights = None
    if HEIGHT_ROLE in roles:
        if not scene.dsm:
            raise InputError(missing_heights(model))
        heights = HeightSources(scene.dsm, dsm_band, scene.dtm, dtm_band, scene.heights)
    image_roles = tuple(role for role in roles if role != HEIGHT_ROLE)
    numbers = dict(zip(IMAGE_ROLES, scene.bands, strict=True))
    return SceneSources(
        image=scene.image,
        roles=image_roles,
        bands=tuple(numbers[role] for role in image_roles),
        heights=heights,
        reach_px=None,
    )
