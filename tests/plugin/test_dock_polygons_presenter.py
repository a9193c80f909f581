# SPDX-License-Identifier: GPL-2.0-or-later
"""The jobs of the tab Polygons."""

from dataclasses import replace

import pytest
from orthoscribe.plugin.dock.polygons_presenter import PolygonsPresenter, PolygonsState
from orthoscribe.plugin.dock.state import Options, RasterProperties
from orthoscribe.plugin.protocol import LabelJob

CLASSES = RasterProperties(
    title="Land cover",
    source="/run/classes.tif",
    width_px=4000,
    height_px=3000,
    gsd_m=0.5,
    extent=(0.0, 0.0, 2000.0, 1500.0),
)
READY = PolygonsState(
    classes=CLASSES,
    view=(-50.0, 100.0, 450.0, 600.0),
    options=Options(outlines="simplified", tolerance_m=0.7, minimum_building_m2=33.0),
)


@pytest.fixture
def labeled(tmp_path):
    """Return the job of a run that saved its confidence and has its heights still."""
    for name in ("dsm.tif", "confidence.tif"):
        (tmp_path / name).touch()
    return LabelJob(
        image="image.tif",
        output=str(tmp_path),
        classes=str(tmp_path / "classes.tif"),
        confidence=str(tmp_path / "confidence.tif"),
        dsm=f"{tmp_path / 'dsm.tif'}|crs=EPSG:25832",
        dsm_band=2,
        heights="ndsm",
    )


def test_preview_is_the_visible_part_with_the_chosen_options():
    job = PolygonsPresenter(READY).preview_job()
    assert job.extent == (0.0, 100.0, 450.0, 600.0)
    assert (job.outlines, job.tolerance_m, job.minimum_building_m2) == ("simplified", 0.7, 33.0)
    assert job.classes == "/run/classes.tif"


def test_whole_raster_gets_confidence_and_heights_of_its_run(labeled):
    presenter = PolygonsPresenter(replace(READY, label_job=labeled))
    job = presenter.full_job()
    assert job.extent is None
    assert job.confidence == labeled.confidence
    assert (job.dsm, job.dsm_band, job.heights) == (labeled.dsm, 2, "ndsm")
    preview = presenter.preview_job()
    assert (preview.dsm, preview.confidence) == ("", labeled.confidence)


def test_lost_inputs_of_the_run_are_left_out(labeled, tmp_path):
    (tmp_path / "dsm.tif").unlink()
    (tmp_path / "confidence.tif").unlink()
    job = PolygonsPresenter(replace(READY, label_job=labeled)).full_job()
    assert (job.dsm, job.confidence, job.heights) == ("", "", "auto")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"has_engine": False}, "engine is not ready"),
        ({"classes": None}, "Run the labeling first"),
        ({"classes": RasterProperties("x", problem="It is broken.")}, "It is broken."),
        ({"view": None}, "does not show the class raster"),
        ({"view": (3000.0, 0.0, 4000.0, 1.0)}, "does not show the class raster"),
        ({"view": (0.0, 0.0, 2000.0, 1500.0)}, "The map shows 12 Mpx. Zoom in to 4 Mpx"),
    ],
)
def test_what_hinders_a_preview_is_named(change, words):
    presenter = PolygonsPresenter(replace(READY, **change))
    assert words in presenter.preview_problem()
    assert presenter.preview_job() is None


def test_whole_raster_needs_no_view_but_an_idle_engine():
    assert PolygonsPresenter(replace(READY, view=None)).can_vectorize()
    assert not PolygonsPresenter(replace(READY, is_busy=True)).can_vectorize()
    assert not PolygonsPresenter(replace(READY, classes=None)).can_vectorize()
