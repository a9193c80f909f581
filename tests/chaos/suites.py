"""Damaged inputs of each kind. A suite prepares files once, then tries one case by its number.

A case ends normally, with a sentence (`OrthoscribeError`), or as a fault.
"""

import io
import json
import shutil
from functools import partial
from hashlib import sha256
from pathlib import Path

import numpy as np
import pyogrio
import rasterio.shutil
import safetensors.torch
import shapely
import torch
from affine import Affine
from orthoscribe.engine.commands import run_job
from orthoscribe.engine.labeling.predictor import Predictor
from orthoscribe.engine.models.bundle import load_bundle, load_network
from orthoscribe.engine.models.importers.weight_file import read_weights
from orthoscribe.engine.models.store import find_model
from orthoscribe.engine.outputs.paths import with_absolute_paths
from orthoscribe.engine.process.execution import failure_of
from orthoscribe.engine.process.reporter import SilentReporter
from orthoscribe.engine.protocol import (
    JobCanceled,
    LabelJob,
    OrthoscribeError,
    card_from_json,
    event_from_line,
    job_from_json,
)
from orthoscribe.engine.raster.area import find_area
from orthoscribe.engine.raster.normalize import normalize
from orthoscribe.engine.raster.opening import projected_grid
from orthoscribe.engine.raster.reader import SceneSources, open_scene
from orthoscribe.engine.tiling.window import Window
from orthoscribe.tests.caffe_files import blob, layer
from orthoscribe.tests.chaos.mutations import damaged, damaged_json, generator
from orthoscribe.tests.scenes import hills, speckle, write_raster

ROOT = Path(__file__).resolve().parents[2]
EDGE_PX = 60
ODD_NUMBERS = (0.0, -0.5, 1e-300, 1e300, float("nan"), float("inf"), 1e-7, 1e7, 5e-324)


class SilentError(Exception):
    """Numbers that are not finite were taken for a result."""


class Models:
    """Mutated model folders, loaded and run on one tile."""

    def __init__(self, folder):
        self.folder = folder / "model"
        self.source = find_model("light")
        shutil.copytree(self.source, self.folder)
        self.card = json.loads((self.source / "model.json").read_text())
        self.weights = (self.source / "weights.safetensors").read_bytes()

    def attempt(self, number):
        chance = generator("models", number)
        weights, text = self.weights, json.dumps(self.card)
        if number % 6 == 0:
            weights = damaged(weights, chance)
            text = json.dumps({**self.card, "weights_sha256": sha256(weights).hexdigest()})
        else:
            text = damaged_json(self.card, chance)
        (self.folder / "model.json").write_text(text, encoding="utf-8", errors="surrogatepass")
        (self.folder / "weights.safetensors").write_bytes(weights)
        bundle = load_bundle(self.folder)
        network = load_network(bundle)
        predictor = Predictor.from_card(bundle.card, network, torch.device("cpu"))
        card, edges = bundle.card, (64, 64)
        heights = np.full(edges, 5, np.float32) if card.wants_heights else None
        image = normalize(
            np.full((len(card.image_roles), *edges), 100, np.float32),
            heights,
            np.ones(edges, bool),
            card.normalization,
            [(0.0, 255.0)] * len(card.image_roles),
        )
        codes, _ = predictor.codes_and_confidence(image[np.newaxis], (slice(0, 64), slice(0, 64)))
        if not (np.isfinite(image).all() and np.isin(codes, card.legend.codes).all()):
            raise SilentError("inputs are not finite, or codes are not in the legend")


class Rasters:
    """Mutated GeoTIFFs and virtual rasters, as image and as heights, opened and read."""

    def __init__(self, folder):
        self.folder = folder
        (folder / "scratch").mkdir()
        bands = speckle(3, EDGE_PX, EDGE_PX)
        self.image = write_raster(folder / "image.tif", bands)
        self.dsm = write_raster(folder / "dsm.tif", hills(EDGE_PX, EDGE_PX).astype(np.float32))
        for name in ("image", "dsm"):
            with rasterio.open(folder / f"{name}.tif") as source:
                rasterio.shutil.copy(source, folder / f"{name}.vrt", driver="VRT")

    def attempt(self, number):
        chance = generator("rasters", number)
        role = chance.choice(("image", "dsm"))
        kind = chance.choice(("tif", "vrt", "grid"))
        path = self.folder / f"case_{role}.{'vrt' if kind == 'vrt' else 'tif'}"
        path.unlink(missing_ok=True)
        if kind == "grid":
            self._write_odd_grid(role, path, chance)
        else:
            original = (self.folder / f"{role}.{kind}").read_bytes()
            change = _damaged_xml if kind == "vrt" else damaged
            path.write_bytes(change(original, chance))
        paths = {"image": self.image, "dsm": self.dsm, role: str(path)}
        job = LabelJob(**paths, output=str(self.folder))
        sources = SceneSources.from_input(job, ("nir", "red", "green", "height"))
        with open_scene(sources, self.folder / "scratch") as scene:
            scene.read(
                Window(0, 0, min(EDGE_PX, scene.grid.height), min(EDGE_PX, scene.grid.width))
            )

    def _write_odd_grid(self, role, path, chance):
        numbers = [0.5, 0.0, 500_000.0, 0.0, -0.5, 5_400_000.0]
        for _ in range(chance.choice((1, 2, 6))):
            numbers[chance.randrange(6)] = chance.choice(ODD_NUMBERS)
        with rasterio.open(self.folder / f"{role}.tif") as source:
            values, crs = source.read(), source.crs
        options = {"crs": chance.choice((crs, "EPSG:25833", "EPSG:4326", "EPSG:3857"))}
        write_raster(path, values, transform=Affine(*numbers), **options)


class Jobs:
    """Mutated `job.json` files, run."""

    def __init__(self, folder):
        Rasters(folder)
        self.folder = folder
        self.job = {
            "kind": "label",
            "image": "image.tif",
            "dsm": "dsm.tif",
            "model": "light",
            "output": "out",
            "extent": [500_000.0, 5_399_980.0, 500_020.0, 5_400_000.0],
            "bands": [1, 2, 3],
            "tile_size_px": 0,
            "threads": 1,
            "batch_size": 1,
            "device": "cpu",
            "minimum_building_m2": 1.0,
            "outlines": "regularized",
            "area": "",
        }
        known = {*LabelJob.__dataclass_fields__, "kind"}
        self.job = {key: value for key, value in self.job.items() if key in known}

    def attempt(self, number):
        chance = generator("jobs", number)
        job = job_from_json(damaged_json(self.job, chance))
        try:
            run_job(with_absolute_paths(job), SilentReporter())
        except (OrthoscribeError, JobCanceled):
            raise
        except Exception as error:
            if failure_of(error).reason == "bug":
                raise
            raise OrthoscribeError(str(error)) from error


class Weights:
    """Mutated weight files of three formats."""

    def __init__(self, folder):
        self.folder = folder
        tensors = {"features.0.weight": torch.ones(4, 3, 3, 3), "features.0.bias": torch.ones(4)}
        archive, legacy = io.BytesIO(), io.BytesIO()
        torch.save(tensors, archive)
        torch.save(tensors, legacy, _use_new_zipfile_serialization=False)
        caffe = layer("conv1_1", [blob(np.ones((4, 3, 3, 3))), blob(np.ones(4))])
        self.files = {
            "archive.pth": archive.getvalue(),
            "legacy.pth": legacy.getvalue(),
            "layers.caffemodel": caffe,
            "tensors.safetensors": safetensors.torch.save(tensors),
        }

    def attempt(self, number):
        chance = generator("weights", number)
        name = chance.choice(list(self.files))
        path = self.folder / name
        path.write_bytes(damaged(self.files[name], chance))
        read_weights(path)


class Vectors:
    """Mutated vector files and odd polygons, as the area of a job."""

    def __init__(self, folder):
        self.folder = folder
        self.grid = projected_grid(write_raster(folder / "image.tif", speckle(3, 60, 60)), "image")
        square = shapely.box(500_000, 5_399_980, 500_020, 5_400_000)
        for name, driver in (("area.gpkg", "GPKG"), ("area.geojson", "GeoJSON")):
            _write_polygons(folder / name, [square], driver)

    def attempt(self, number):
        chance = generator("vectors", number)
        kind = chance.choice(("area.gpkg", "area.geojson", "odd"))
        path = self.folder / f"case_{'odd.gpkg' if kind == 'odd' else kind}"
        path.unlink(missing_ok=True)
        if kind == "odd":
            _write_polygons(path, [_odd_polygon(chance)], "GPKG")
        else:
            path.write_bytes(damaged((self.folder / kind).read_bytes(), chance))
        find_area(self.grid, None, str(path))


class Events:
    """Mutated lines of the engine, as QGIS reads them: an event or nothing."""

    def __init__(self, _folder):
        files = sorted((ROOT / "tests" / "transcripts").glob("*.jsonl"))
        lines = [line for file in files for line in file.read_text().splitlines()]
        self.lines = [line for line in lines if event_from_line(line) is not None]

    def attempt(self, number):
        chance = generator("events", number)
        event_from_line(damaged_json(json.loads(chance.choice(self.lines)), chance))


class Cards:
    """Mutated cards, as QGIS reads them."""

    def __init__(self, _folder):
        self.card = json.loads((find_model("default") / "model.json").read_text())

    def attempt(self, number):
        card = card_from_json(damaged_json(self.card, generator("cards", number)))
        if not all(each.title.isprintable() for each in card.legend.classes):
            raise SilentError("a title cannot be printed")


SUITES = {
    "cards": Cards,
    "events": Events,
    "models": Models,
    "rasters": Rasters,
    "jobs": Jobs,
    "weights": Weights,
    "vectors": Vectors,
}


def _damaged_xml(original, chance):
    """Return XML with a number, name or element changed, or with damaged bytes."""
    if chance.random() < 0.3:
        return damaged(original, chance)
    text = original.decode()
    tokens = [token for token in text.replace(">", "> ").replace("<", " <").split() if token]
    old = chance.choice(tokens)
    new = chance.choice((
        "0", "-1", "2147483648", "1e300", "nan", "", "/etc/passwd", "VRTRawRasterBand", "Float64",
        "<KernelFilteredSource>", "CInt16", "999999999", "image.vrt", "dsm.vrt", "<VRTDataset>",
    ))  # fmt: skip
    return text.replace(old, new, chance.choice((1, -1))).encode()


def _write_polygons(path, polygons, driver):
    pyogrio.raw.write(
        path,
        np.array(shapely.to_wkb(polygons), object),
        [],
        [],
        geometry_type="Unknown",
        crs="EPSG:32632",
        driver=driver,
    )


def _odd_polygon(chance):
    odd = (0.0, 5e5, 54e5, 1e300, -1e300, float("nan"), float("inf"), 1e-300)
    near = partial(chance.uniform, -50, 50)
    count = chance.choice((3, 4, 5, 50, 500))
    points = [(500_010 + near(), 5_399_990 + near()) for _ in range(count)]
    for _ in range(chance.choice((0, 0, 1, 3))):
        points[chance.randrange(1, count)] = (chance.choice(odd), chance.choice(odd))
    ring = shapely.linearrings([*points, points[0]])
    return shapely.polygons(ring)
