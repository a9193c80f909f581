# SPDX-License-Identifier: GPL-2.0-or-later
"""The true objects of a scene as vectors, against the rasters of the same scene."""

from dataclasses import replace

import numpy as np
import pyogrio
import pytest
import rasterio
import shapely
from orthoscribe.engine.commands.scene import run
from orthoscribe.engine.process.reporter import SilentReporter
from orthoscribe.engine.protocol import SceneJob
from orthoscribe.engine.synthetic import conditions_of, files, make_scene
from orthoscribe.engine.synthetic.footprints import WING
from orthoscribe.engine.synthetic.layouts import TOWN
from rasterio.features import rasterize

SEED, SIZE_PX, GSD_M = 11, 400, 0.25
BUILDING, CAR = 2, 5


def write(folder, **changed):
    fields = {"seed": SEED, "size_px": SIZE_PX, "gsd_m": GSD_M, "land": "town", **changed}
    run(SceneJob(output=str(folder), **fields), SilentReporter())
    return folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return write(tmp_path_factory.mktemp("scene"))


@pytest.fixture(scope="module")
def labels(folder):
    with rasterio.open(folder / "labels.tif") as raster:
        return raster.read(1), raster.transform


def read(folder, layer):
    about, _, geometries, values = pyogrio.raw.read(folder / "truth.gpkg", layer=layer)
    return shapely.from_wkb(geometries), dict(zip(about["fields"], values, strict=True))


def burn(geometries, labels):
    codes, transform = labels
    return rasterize(geometries, codes.shape, transform=transform).astype(bool)


def test_buildings_cover_the_labeled_buildings(folder, labels):
    buildings, _ = read(folder, "buildings")
    truth, outlined = labels[0] == BUILDING, burn(buildings, labels)
    assert truth.sum() > 1000
    assert (truth & outlined).sum() / truth.sum() > 0.995


def test_visible_share_is_that_of_the_labels(folder, labels):
    buildings, fields = read(folder, "buildings")
    largest = int(np.argmax(fields["area_m2"]))
    covered = burn([buildings[largest]], labels)
    expected = (labels[0][covered] == BUILDING).mean()
    assert fields["visible"][largest] == pytest.approx(expected, abs=0.02)


def test_every_wing_is_inside_its_building(folder):
    buildings, fields = read(folder, "buildings")
    wings, of_wing = read(folder, "wings")
    by_id = dict(zip(fields["id"].tolist(), buildings, strict=True))
    with rasterio.open(folder / "labels.tif") as raster:
        scene = shapely.box(*raster.bounds)
    for wing, number in zip(wings, of_wing["building_id"].tolist(), strict=True):
        inside = shapely.intersection(wing, scene)
        assert shapely.area(shapely.difference(inside, by_id[number])) < 0.1


def test_buildings_are_apart(folder):
    buildings, _ = read(folder, "buildings")
    assert shapely.area(shapely.union_all(buildings)) == pytest.approx(
        shapely.area(buildings).sum(), abs=1e-3
    )


def test_cars_match_the_labeled_cars(folder, labels):
    cars, fields = read(folder, "cars")
    assert set(fields["kind"]) <= {"car", "van", "truck"}
    truth, outlined = labels[0] == CAR, burn(cars, labels)
    assert truth.sum() > 100
    assert (truth & outlined).sum() / truth.sum() > 0.97
    assert fields["visible"].max() > 0.8


def test_heading_is_the_direction_of_the_longer_side(folder):
    cars, fields = read(folder, "cars")
    for car, heading_deg in zip(cars, fields["heading_deg"], strict=True):
        corners = shapely.get_coordinates(shapely.minimum_rotated_rectangle(car))
        sides = np.diff(corners, axis=0)
        east, north = sides[np.argmax(np.hypot(*sides.T))]
        found = np.degrees(np.arctan2(east, north)) % 180
        assert abs((found - heading_deg + 90) % 180 - 90) < 0.5


def test_streets_run_on_sealed_ground(folder, labels):
    lines, fields = read(folder, "streets")
    assert np.allclose(shapely.length(lines), fields["length_m"], atol=0.01)
    assert (fields["width_m"] > fields["roadway_m"]).all()
    ground = make_scene(SEED, SIZE_PX, GSD_M, conditions_of(SEED), TOWN).ground_labels
    on_axis = burn(lines, labels)
    assert np.isin(ground[on_axis], (1, CAR)).mean() > 0.95


def test_lots_and_streets_have_cars(tmp_path):
    lots = []
    for seed in (300, 301):
        _, fields = read(write(tmp_path / str(seed), seed=seed), "cars")
        lots.extend(fields["on_lot"].astype(bool).tolist())
    assert any(lots)
    assert not all(lots)


def test_chunks_do_not_change_the_truth(folder, tmp_path, monkeypatch):
    monkeypatch.setattr(files, "CHUNK_PX", 150)
    again = write(tmp_path / "chunks")
    assert (again / "truth.gpkg").read_bytes() == (folder / "truth.gpkg").read_bytes()


def test_buildings_missing_in_the_image_are_left_out():
    outdated = replace(conditions_of(SEED), outdated_fraction=1.0)
    gone = make_scene(SEED, SIZE_PX, GSD_M, outdated, TOWN)
    lasting = make_scene(SEED, SIZE_PX, GSD_M, replace(outdated, outdated_fraction=0.0), TOWN)
    wings = [sum(each.kind == WING for each in scene.footprints) for scene in (gone, lasting)]
    assert wings[0] > 0  # all of them new, so they are in the image
    assert wings[1] > 0


def test_scene_without_objects_has_empty_layers(tmp_path):
    write(tmp_path / "bare", land="country", size_px=64, gsd_m=0.2, seed=3)
    layers = {str(name) for name in pyogrio.list_layers(tmp_path / "bare" / "truth.gpkg")[:, 0]}
    assert layers == {"buildings", "wings", "cars", "streets"}
