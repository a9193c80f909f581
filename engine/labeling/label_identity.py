# SPDX-License-Identifier: GPL-2.0-or-later
"""Identity of a labeling: a digest of each thing that its labels depend on.

Finished blocks are used again only by a labeling with the same identity, down to the rounding.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import fields
from types import MappingProxyType
from typing import TYPE_CHECKING

from ..outputs.report import versions
from ..process.device import choose_device, describe_device
from ..protocol import PolygonOptions, card_to_json, job_to_json
from ..raster.source_states import raster_states

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..protocol import LabelJob, ModelCard
    from ..raster.reader import SceneReader

# Fields without influence on the labels, or whose meaning is compared: rasters by their state, the
# area by its pixels, the model by its card, the device by its name.
LEFT_OUT = {
    *("output", "classes", "confidence", "polygons", "draw_polygons"),
    *("zones", "zone_field", "cluster"),
    *("image", "dsm", "dtm", "extent", "area", "model", "device", "threads"),
    *(field.name for field in fields(PolygonOptions)),
}
SETTINGS, IMAGE, HEIGHTS, AREA = "settings", "image", "heights", "area"
MODEL, DEVICE, VERSIONS = "model", "device or number of threads", "version of the engine"


def identity_of(
    job: LabelJob,
    scene: SceneReader,
    card: ModelCard,
    mosaics: Mapping[str, list[str]] = MappingProxyType({}),
    *,
    with_confidence: bool,
) -> dict[str, str]:
    """Return the digests, by the name of each thing for the user.

    Args:
        job: job with its band ranges.
        scene: open scene.
        card: card of the model, which has the hash of its weights.
        mosaics: states of the files of each raster that is a mosaic, by field of the job.
        with_confidence: whether the labels have a confidence.

    Raises:
        InputError: if a raster cannot be used.
        DeviceError: if the device cannot be used.
    """
    values = json.loads(job_to_json(job))
    settings = {name: value for name, value in values.items() if name not in LEFT_OUT}
    grid = scene.grid
    place = [grid.crs.to_wkt(), list(grid.transform), grid.height, grid.width, scene.bands]
    image, dsm, dtm = (
        mosaics.get(role) or raster_states(getattr(job, role)) for role in ("image", "dsm", "dtm")
    )
    heights = [dsm, dtm] if job.dsm else []
    return {
        SETTINGS: _digest([settings, with_confidence]),
        IMAGE: _digest([image, place]),
        HEIGHTS: _digest(heights),
        AREA: scene.area_digest,
        MODEL: _digest(card_to_json(card)),
        DEVICE: describe_device(choose_device(job.device), job.threads),
        VERSIONS: _digest(versions()),
    }


def _digest(values: object) -> str:
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()
