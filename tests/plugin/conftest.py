# SPDX-License-Identifier: GPL-2.0-or-later

"""What the tests of the plugin share: a job, fake engines, rasters, QGIS where a test needs it."""

import os
import sys
from pathlib import Path

import pytest
from orthoscribe.plugin.protocol import LabelJob

FAKE_ENGINE = Path(__file__).resolve().parents[1] / "fakes" / "engine.py"


@pytest.fixture
def job(tmp_path):
    return LabelJob(image=str(tmp_path / "image.tif"), output=str(tmp_path / "out"))


@pytest.fixture
def fake_engine():
    """Return a function from the fake's flags to its command line."""
    return lambda *flags: [sys.executable, str(FAKE_ENGINE), *map(str, flags)]


@pytest.fixture
def is_alive():
    """Return a function that says whether a process runs (a zombie does not)."""

    def ask(pid):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return False
        stat = Path(f"/proc/{pid}/stat")
        return not stat.exists() or stat.read_text().rsplit(")", 1)[1].split()[0] != "Z"

    return ask


@pytest.fixture
def write_raster(tmp_path):
    """Return a function that writes a small GeoTIFF and returns its path."""
    import numpy as np
    from osgeo import gdal, osr

    types = {"uint8": gdal.GDT_Byte, "uint16": gdal.GDT_UInt16, "float32": gdal.GDT_Float32}

    def write(
        name="image.tif",
        bands=3,
        *,
        epsg=32632,
        origin=(500_000.0, 5_400_000.0),
        pixel=0.5,
        size=64,
        descriptions=(),
        dtype="uint8",
        code=1,
    ):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        driver = gdal.GetDriverByName("GPKG" if path.suffix == ".gpkg" else "GTiff")
        raster = driver.Create(str(path), size, size, bands, types[dtype])
        raster.SetGeoTransform((origin[0], pixel, 0, origin[1], 0, -pixel))
        if epsg:
            crs = osr.SpatialReference()
            crs.ImportFromEPSG(epsg)
            raster.SetProjection(crs.ExportToWkt())
        for number in range(1, bands + 1):
            band = raster.GetRasterBand(number)
            band.WriteArray(np.full((size, size), code * number, dtype))
            if number <= len(descriptions):
                band.SetDescription(descriptions[number - 1])
        return path

    return write


@pytest.fixture
def model_folder(tmp_path):
    """Return a folder with the card of a model that wants no heights, and no weights."""
    from orthoscribe.engine.protocol import ISPRS, ModelCard, Normalization, card_to_json

    card = ModelCard(
        name="tiny",
        title="Tiny",
        summary="For tests.",
        architecture="maggiori_mlp",
        legend=ISPRS,
        roles=("nir", "red", "green"),
        gsd_range_m=(0.05, 1.0),
        normalization=Normalization(),
        license="CC0-1.0",
        weights_sha256="0" * 64,
    )
    folder = tmp_path / "tiny"
    folder.mkdir()
    (folder / "model.json").write_text(card_to_json(card), encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def processing(qgis_app):
    """Return QGIS's `processing` module, ready to run algorithms."""
    from qgis.core import QgsApplication
    from qgis.gui import QgsLayerTreeView

    plugins = str(Path(QgsApplication.pkgDataPath()) / "python" / "plugins")
    if plugins not in sys.path:
        sys.path.append(plugins)
    import processing
    from processing.core.Processing import Processing
    from processing.gui import Postprocessing

    Processing.initialize()
    layers = QgsLayerTreeView()  # QGIS 3.44 adds results to a real one, or to none
    if hasattr(Postprocessing, "iface"):  # not in QGIS 3.22
        Postprocessing.iface.layerTreeView = lambda: layers
    yield processing
    layers.deleteLater()


@pytest.fixture
def painting_engine():
    """Return a function from flags to the command of a fake engine that leaves real files."""
    program = FAKE_ENGINE.with_name("painting_engine.py")
    return lambda *flags: [sys.executable, str(program), *map(str, flags)]


@pytest.fixture
def taught(home):
    """Return a function from flags to the runner of an engine that fine-tunes, so to speak."""
    from orthoscribe.plugin.engine_client.warm_engine import WarmEngine

    program = FAKE_ENGINE.with_name("teaching_engine.py")
    engines = []

    def start(*flags):
        engines.append(WarmEngine([sys.executable, str(program), *map(str, flags)]))
        return engines[-1].run

    yield start
    for engine in engines:
        engine.teardown()


@pytest.fixture
def register(processing):
    """Return a function that registers our provider with the engine of a command."""
    from orthoscribe.plugin.algorithms.provider import OrthoscribeProvider
    from qgis.core import QgsApplication

    registry = QgsApplication.processingRegistry()
    added = []

    def add(command=None):
        provider = OrthoscribeProvider(command)
        added.append(provider)
        registry.addProvider(provider)
        return provider

    yield add
    for provider in added:
        registry.removeProvider(provider)


@pytest.fixture
def forgetful(qgis_app):
    """Have no test remember what another one chose."""
    from qgis.core import QgsSettings

    QgsSettings().remove("orthoscribe")
    yield
    QgsSettings().remove("orthoscribe")


@pytest.fixture
def home(tmp_path, model_folder, monkeypatch, forgetful):
    """Return an engine home with an engine, so to speak, and a model."""
    from orthoscribe.plugin.engine_client import environment

    home = tmp_path / "home"
    (home / "models").mkdir(parents=True)
    model_folder.rename(home / "models" / "tiny")
    python = home / "runtimes" / "x" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.touch()
    runtime = environment.Runtime(min(environment.lock_hashes()), str(python), sys.executable, 812)
    environment.switch_to(runtime, home)
    monkeypatch.setenv("ORTHOSCRIBE_HOME", str(home))
    return home


@pytest.fixture
def make_dock(qgis_app, qgis_canvas, qgis_new_project, home, qtbot):
    """Return a function from an engine's command to a dock; docks are taken down at the end."""
    from functools import partial

    from orthoscribe.plugin.dock.dock import OrthoscribeDock
    from orthoscribe.plugin.engine_client.run import run_job
    from orthoscribe.tests.docks import Window
    from qgis.core import QgsProject

    docks = []

    def make(command=("no", "engine"), **collaborators):
        window = Window(qgis_canvas)
        dock = OrthoscribeDock(
            window, runner=partial(run_job, command=list(command)), **collaborators
        )
        dock.window_stub = window
        docks.append(dock)
        dock.show()
        return dock

    yield make
    for dock in docks:
        dock.teardown()
        dock.deleteLater()
    QgsProject.instance().clear()


@pytest.fixture
def scene(write_raster):
    """Return a function that adds an image and a DSM to the project."""
    from qgis.core import QgsProject, QgsRasterLayer

    def add():
        image = QgsRasterLayer(
            str(write_raster("image.tif", 3, descriptions=("nir", "red", "green"))), "ortho"
        )
        dsm = QgsRasterLayer(str(write_raster("dsm.tif", 1, dtype="float32")), "dsm")
        QgsProject.instance().addMapLayers([image, dsm])
        return image, dsm

    return add


@pytest.fixture
def wait(qtbot):
    from orthoscribe.tests.docks import WAIT_MS

    return lambda question: qtbot.waitUntil(lambda: bool(question()), timeout=WAIT_MS)


@pytest.fixture
def wizard_window(qgis_app, qgis_new_project):
    """Return as much of QGIS's window as the wizard asks for."""
    from orthoscribe.tests.docks import MainWindow

    window = MainWindow()
    window.show()
    yield window
    window.close()
    window.deleteLater()


@pytest.fixture
def paint(tmp_path):
    """Return a function that writes an array (h, w) or (n, h, w) as a GeoTIFF in EPSG:32632."""
    from osgeo import gdal, osr

    def write(name, array, *, pixel=0.5, origin=(500_000.0, 5_400_000.0), nodata=None):
        import numpy as np

        bands = np.atleast_3d(array.T).T.astype("uint8")
        count, height, width = bands.shape
        raster = gdal.GetDriverByName("GTiff").Create(str(tmp_path / name), width, height, count)
        raster.SetGeoTransform((origin[0], pixel, 0, origin[1], 0, -pixel))
        crs = osr.SpatialReference()
        crs.ImportFromEPSG(32632)
        raster.SetProjection(crs.ExportToWkt())
        for number, band in enumerate(bands, 1):
            if nodata is not None:
                raster.GetRasterBand(number).SetNoDataValue(nodata)
            raster.GetRasterBand(number).WriteArray(band)
        return tmp_path / name

    return write


@pytest.fixture
def painted_layer(paint, qgis_new_project):
    """Return a function that adds a painted raster to the project and returns its layer.

    The project owns it: a layer that a fixture holds outlives QGIS, which then crashes at its end.
    """
    from qgis.core import QgsProject, QgsRasterLayer

    def add(name, array, **others):
        layer = QgsRasterLayer(str(paint(f"{name}.tif", array, **others)), name)
        return QgsProject.instance().addMapLayer(layer)

    yield add
    QgsProject.instance().clear()


@pytest.fixture
def improving(wizard_window, scene, home, taught, tmp_path):
    """Return a function from the flags of an engine to what the pages of the wizard work on.

    The project has an image and a result, and the draft has all that a training needs.
    """
    from orthoscribe.plugin.layers.outputs import add_results
    from orthoscribe.plugin.protocol import LabelJob
    from orthoscribe.plugin.wizard.draft import FinetuneDraft
    from orthoscribe.plugin.wizard.page import WizardContext
    from orthoscribe.plugin.wizard.project_draft import ProjectDraft
    from orthoscribe.plugin.wizard.training import Training
    from qgis.core import QgsProject

    trainings = []
    chosen = []

    def make(*flags, with_result=True):
        project = QgsProject.instance()
        image, _ = scene()
        bands = {"nir_band": 1, "red_band": 2, "green_band": 3}
        corrections = draw_corrections(tmp_path, image)
        runner = taught(*flags)
        if with_result:
            job = LabelJob(
                image=image.source(), model="tiny", output=str(tmp_path / "runs" / "first"), **bands
            )
            outcome = runner(job, lambda _: None, lambda: False)
            add_results(outcome, job, project)
        draft = ProjectDraft(project)
        draft.put(
            FinetuneDraft(
                image=image.source(),
                image_layer=image.id(),
                labels=corrections.source(),
                labels_layer=corrections.id(),
                class_field="class",
                start="tiny",
                **bands,
            )
        )
        canvas = wizard_window.mapCanvas()
        canvas.setDestinationCrs(image.crs())
        canvas.setExtent(image.extent())
        trainings.append(Training(runner))
        context = WizardContext(wizard_window, project, draft, runner, trainings[-1], chosen.append)
        return context, chosen

    yield make
    for training in trainings:
        training.teardown()
    QgsProject.instance().clear()


def draw_corrections(folder, image):
    """Return a layer of the project with three polygons of two classes each."""
    from orthoscribe.plugin.layers.corrections import create_corrections, open_corrections
    from orthoscribe.plugin.protocol import ISPRS
    from qgis.core import (
        QgsGeometry,
        QgsProject,
        QgsRectangle,
        QgsVectorLayerUtils,
    )

    path = create_corrections(folder / "corrections.gpkg", image.crs())
    layer = open_corrections(path, ISPRS, QgsProject.instance())
    left, top = image.extent().xMinimum(), image.extent().yMaximum()
    for number, code in enumerate((2, 4) * 3):
        x, y = left + 2 + 10 * (number % 3), top - 2 - 10 * (number // 3)
        shape = QgsGeometry.fromRect(QgsRectangle(x, y - 4, x + 4, y))
        index = layer.fields().lookupField("class")
        feature = QgsVectorLayerUtils.createFeature(layer, shape, {index: code})
        layer.dataProvider().addFeatures([feature])
    return layer


@pytest.fixture
def problem_of(register, fake_engine, model_folder, tmp_path):
    """Return a function from an algorithm and parameters to what keeps them from running."""
    from qgis.core import QgsApplication, QgsProcessingContext

    register(fake_engine())

    def check(name, **parameters):
        defaults = {"OUTPUT": str(tmp_path / "out")}
        if name in ("evaluate", "label"):
            defaults["MODEL"] = str(model_folder)
        algorithm = QgsApplication.processingRegistry().createAlgorithmById(f"orthoscribe:{name}")
        context = QgsProcessingContext()
        is_fine, message = algorithm.checkParameterValues({**defaults, **parameters}, context)
        assert is_fine == (message == "")
        return message

    return check
