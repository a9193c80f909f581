# SPDX-License-Identifier: GPL-2.0-or-later
"""Files of outlines: the objects of a block as another process made them, to the last bit."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import shapely

from ..outputs.destination import writing
from .building_features import FittedBuildings
from .car_features import Cars
from .object_outlines import BlockOutlines
from .ragged import offsets

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.lib.npyio import NpzFile

BUILDINGS, CARS = "buildings", "cars"
VALUE = "value"


def save_outlines(path: Path, outlines: BlockOutlines) -> None:
    """Write the objects of a block to a new file, `.npz`.

    Raises:
        OutputError: if the file cannot be written.
    """
    arrays: dict[str, np.ndarray] = {}
    if (buildings := outlines.buildings) is not None:
        arrays |= _packed(BUILDINGS, buildings.region, buildings.values)
        arrays |= _packed_shapes(BUILDINGS, "polygons", buildings.polygons)
        arrays |= _packed_shapes(BUILDINGS, "pixels", buildings.pixels)
    if (cars := outlines.cars) is not None:
        arrays |= _packed(CARS, cars.region, cars.values)
        arrays |= _packed_shapes(CARS, "rectangles", cars.rectangles)
        arrays[f"{CARS}/dropped"] = np.array((cars.too_high, cars.wrong_size))
    with writing(path), path.open("wb") as file:
        np.savez(file, allow_pickle=False, **arrays)


def load_outlines(path: Path) -> BlockOutlines:
    """Return the objects of a block.

    Raises:
        OSError: if the file cannot be read.
        ValueError: if the file is damaged.
    """
    buildings = cars = None
    with np.load(path, allow_pickle=False) as arrays:
        if f"{BUILDINGS}/region" in arrays:
            polygons, pixels = (_shapes(arrays, BUILDINGS, name) for name in ("polygons", "pixels"))
            values = _values(arrays, BUILDINGS)
            buildings = FittedBuildings(arrays[f"{BUILDINGS}/region"], polygons, pixels, values)
        if f"{CARS}/region" in arrays:
            dropped = arrays[f"{CARS}/dropped"].tolist()
            rectangles = _shapes(arrays, CARS, "rectangles")
            cars = Cars(arrays[f"{CARS}/region"], rectangles, _values(arrays, CARS), *dropped)
    return BlockOutlines(buildings, cars)


def _packed(
    kind: str, region: np.ndarray, values: Mapping[str, np.ndarray]
) -> dict[str, np.ndarray]:
    """Return arrays without objects by name; texts become those of a fixed length."""
    texts = {name: each.astype(np.str_) for name, each in values.items() if each.dtype == object}
    arrays = {f"{kind}/{VALUE}/{name}": each for name, each in {**values, **texts}.items()}
    return {f"{kind}/region": region, **arrays}


def _packed_shapes(kind: str, name: str, shapes: np.ndarray) -> dict[str, np.ndarray]:
    texts = [bytes(each) for each in shapely.to_wkb(shapes)]
    return {
        f"{kind}/{name}": np.frombuffer(b"".join(texts), np.uint8),
        f"{kind}/{name}/lengths": np.array([len(each) for each in texts], np.int64),
    }


def _values(arrays: NpzFile, kind: str) -> dict[str, np.ndarray]:
    start = f"{kind}/{VALUE}/"
    found = {name[len(start) :]: arrays[name] for name in arrays.files if name.startswith(start)}
    return {
        name: each.astype(object) if each.dtype.kind == "U" else each
        for name, each in found.items()
    }


def _shapes(arrays: NpzFile, kind: str, name: str) -> np.ndarray:
    joined, ends = arrays[f"{kind}/{name}"].tobytes(), offsets(arrays[f"{kind}/{name}/lengths"])
    texts = [joined[start:end] for start, end in pairwise(ends)]
    return shapely.from_wkb(np.array(texts, object)) if texts else np.empty(0, object)
