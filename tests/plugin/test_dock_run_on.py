"""*Run on* in the options of the dock: a place, or why it is none."""

from dataclasses import replace

import pytest
from orthoscribe.plugin.dock import run_on
from orthoscribe.plugin.dock.presenter import LabelPresenter
from orthoscribe.plugin.dock.run_on import Place, RunOn
from orthoscribe.plugin.dock.state import DockState, Options, RasterProperties
from qgis.PyQt.QtWidgets import QComboBox, QPushButton

STATE = DockState(image=RasterProperties("image", "/image.tif"), output="/out")


@pytest.fixture
def make(qgis_app, qtbot, monkeypatch):
    """Return a function that makes the list, with Dask or without."""

    def with_dask(is_installed):
        monkeypatch.setattr(run_on, "has_cluster", lambda: is_installed)
        widget = RunOn()
        qtbot.addWidget(widget)
        return widget, widget.findChild(QComboBox), widget.findChild(QPushButton)

    return with_dask


def test_one_process_is_the_start_and_needs_no_dask(make):
    widget, _, install = make(False)
    assert widget.place() == Place()
    assert install.isHidden()


def test_places_of_the_list_and_an_address_are_taken(make, qtbot):
    widget, places, install = make(True)
    with qtbot.waitSignal(widget.changed):
        places.setCurrentIndex(1)
    assert widget.place().cluster == "local:2"
    for text in ("tcp://10.0.0.5:8786", "local:3"):
        places.setEditText(f" {text} ")
        assert widget.place() == Place(text)
    assert install.isHidden()


def test_any_other_text_is_a_problem_and_no_part_of_the_job(make):
    widget, places, install = make(True)
    places.setEditText("my server")
    assert widget.place().cluster == ""
    assert "'my server' is no place to run on" in widget.place().problem
    assert install.isHidden()


def test_missing_dask_is_a_problem_that_a_button_mends(make, qtbot, monkeypatch):
    widget, places, install = make(False)
    places.setCurrentIndex(1)
    assert "press Install Dask" in widget.place().problem
    assert widget.place().cluster == ""
    assert not install.isHidden()

    def installed(*_, environment):
        assert "PATH" in environment
        monkeypatch.setattr(run_on, "has_cluster", lambda: True)
        return "Dask is installed."

    monkeypatch.setattr(run_on, "install_cluster", installed)
    install.click()
    qtbot.waitUntil(lambda: widget.place().problem == "" and install.isHidden(), timeout=20_000)
    assert widget.place().cluster == "local:2"


def test_dask_is_looked_for_once(make, monkeypatch):
    looks = []
    widget, places, _ = make(True)
    monkeypatch.setattr(run_on, "has_cluster", lambda: looks.append(1) or True)
    places.setEditText("local:3")
    assert len(looks) == 1
    assert [widget.place() for _ in range(3)] == [Place("local:3")] * 3
    assert len(looks) == 1


def test_dask_that_is_installed_by_other_means_is_found(make, monkeypatch):
    widget, places, _ = make(False)
    places.setCurrentIndex(1)
    monkeypatch.setattr(run_on, "has_cluster", lambda: True)
    assert widget.place() == Place("local:2")


def test_place_reaches_the_job_but_not_a_preview(qgis_app):
    state = replace(STATE, options=Options(cluster="local:2"))
    assert LabelPresenter(state).job().cluster == "local:2"
    assert LabelPresenter(state).for_preview().job().cluster == ""


def test_problem_of_the_place_keeps_the_job_from_running(qgis_app):
    state = replace(STATE, options=Options(cluster_problem="No such place."))
    found = [each for each in LabelPresenter(state).findings() if each.is_problem]
    assert "No such place." in [each.sentence for each in found]
