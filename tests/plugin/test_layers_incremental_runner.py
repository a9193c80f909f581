# SPDX-License-Identifier: GPL-2.0-or-later
"""Results come into the project layer by layer, and the window answers in between."""

import pytest
from orthoscribe.plugin.engine_client.run import run_job
from orthoscribe.plugin.layers.incremental_runner import IncrementalRunner
from orthoscribe.plugin.layers.outputs import results_incrementally
from orthoscribe.plugin.protocol import LabelJob
from qgis.core import QgsProject
from qgis.PyQt.QtCore import QTimer


@pytest.fixture
def made(scene, painting_engine, tmp_path):
    """Return job and outcome of a run with four layers, and the project of the image."""
    image, _ = scene()
    job = LabelJob(image=image.source(), output=str(tmp_path / "out"))
    outcome = run_job(job, lambda _: None, lambda: False, command=painting_engine())
    yield job, outcome, QgsProject.instance()
    QgsProject.instance().clear()


def layers_of(project, name):
    group = project.layerTreeRoot().findGroup(name)
    return [node.name() for node in group.findLayers()] if group else None


def test_window_answers_between_the_layers(made, wait):
    job, outcome, project = made
    seen, ended = [], []
    steps = IncrementalRunner()
    watch = QTimer()
    watch.timeout.connect(lambda: seen.append(len(project.mapLayers())))
    watch.start(0)
    before = len(project.mapLayers())
    steps.start(results_incrementally(outcome, job, project), ended.append)
    assert steps.is_running
    wait(lambda: ended)
    assert not steps.is_running
    names = layers_of(project, ended[0])
    assert names == ["Cars", "Buildings", "Roads", "Land cover"]
    assert {before + 1, before + 2, before + 3} <= set(seen)


def test_torn_down_in_the_middle_the_result_is_whole(made, qtbot):
    job, outcome, project = made
    ended, steps = [], IncrementalRunner()
    steps.start(results_incrementally(outcome, job, project), ended.append)
    steps.teardown()
    (group,) = project.layerTreeRoot().findGroups()
    assert len(group.findLayers()) == 4
    qtbot.wait(50)
    assert ended == []


@pytest.mark.parametrize("way", ["closed", "removed"])
def test_project_that_is_closed_in_the_middle_gets_no_layers(made, qtbot, wait, way):
    job, outcome, project = made
    ended, steps = [], IncrementalRunner()
    steps.start(results_incrementally(outcome, job, project), ended.append)
    if way == "closed":
        project.clear()
    else:
        root = project.layerTreeRoot()
        root.removeChildNode(root.findGroups()[0])
    kept = len(project.mapLayers())
    wait(lambda: ended)
    assert len(project.mapLayers()) == kept
    assert project.layerTreeRoot().findGroups() == []


def test_error_in_a_step_ends_the_steps(qtbot):
    def broken():
        yield "first"
        raise ValueError("a layer cannot be styled")

    steps, ends = IncrementalRunner(), []
    with qtbot.captureExceptions() as errors:
        steps.start(broken(), ends.append)
        qtbot.waitUntil(lambda: bool(ends))
    assert not steps.is_running
    assert ends == ["first"]
    assert [str(each[1]) for each in errors] == ["a layer cannot be styled"]
