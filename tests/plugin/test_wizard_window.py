# SPDX-License-Identifier: GPL-2.0-or-later
"""The window of the wizard: steps, one message place, one window, one draft per project."""

import numpy as np
import pytest
from orthoscribe.plugin.protocol import LabelJob
from orthoscribe.plugin.wizard.control import WizardControl
from orthoscribe.plugin.wizard.drawing_view import DrawingView
from orthoscribe.plugin.wizard.wizard_presenter import WizardPresenter
from orthoscribe.tests.docks import child
from qgis.core import QgsProject
from qgis.PyQt.QtCore import QObject

NONE = ((), (), ())


def test_steps_behind_a_problem_are_out_of_reach():
    presenter = WizardPresenter(["area", "draw", "train"])
    assert presenter.can_go_on(NONE)
    stuck = ((), ("Nothing is drawn yet.",), ())
    assert [presenter.can_go_to(index, stuck) for index in range(3)] == [True, True, False]
    presenter.go_to("train", stuck)
    assert presenter.position == 1
    assert presenter.hint(stuck) == "Nothing is drawn yet."
    assert not presenter.can_go_on(stuck)
    presenter.go_to("train", NONE)
    assert (presenter.neighbor(1), presenter.neighbor(-1)) == ("train", "draw")
    assert not presenter.can_go_on(NONE)


@pytest.fixture
def control(wizard_window, home):
    made = WizardControl(wizard_window, lambda *_: None)
    yield made
    made.teardown()
    QgsProject.instance().clear()


def test_second_wizard_raises_the_first(control, wizard_window):
    first = control.open()
    assert control.open() is first
    assert first.isVisible()
    first.close()
    assert control.window is None
    assert control.open() is not first


@pytest.mark.parametrize("beyond", [(-4000, -3000), (4000, 3000), (200, 100)])
def test_window_stays_within_the_screen(control, wizard_window, beyond):
    screen = wizard_window.screen().availableGeometry()
    wizard_window.setGeometry(*beyond, 1366, 768)
    assert screen.contains(control.open().geometry())


def test_first_problem_is_shown_and_bars_the_way(control):
    window = control.open()
    assert child(window, "wizard_message").text().startswith("▲ No image is given")
    assert not child(window, "wizard_next").isEnabled()
    assert not child(window, "wizard_step_draw").isEnabled()
    assert child(window, "wizard_step_area").isChecked()


def test_inputs_of_the_dock_are_taken_where_nothing_was_labeled(control):
    window = control.open(LabelJob(image="/data/ortho.tif", model="tiny", output="x"))
    assert child(window, "wizard_start").currentData() == "tiny"
    assert (
        "/data/ortho.tif is not in the project any more" in child(window, "wizard_message").text()
    )


def test_window_that_was_only_looked_at_begins_anew(control):
    project = QgsProject.instance()
    control.open(LabelJob(image="/data/ortho.tif", model="tiny", output="x")).close()
    assert not project.isDirty()
    window = control.open(LabelJob(image="/data/other.tif", model="light", output="x"))
    assert window.draft.value.start == "light"
    window.draft.change(cause="meaning")
    window.close()
    window = control.open(LabelJob(image="/data/ortho.tif", model="tiny", output="x"))
    assert (window.draft.value.start, window.draft.value.cause) == ("light", "meaning")


def test_next_project_gets_nothing_of_the_former(control, wizard_window, painted_layer):
    image = painted_layer("ortho", np.full((3, 20, 20), 7))
    window = control.open(LabelJob(image=image.source(), model="tiny", output="x"))
    window.go_to("draw")
    child(window, "wizard_start_drawing").click()
    project = QgsProject.instance()
    assert project.topologicalEditing()
    project.clear()
    assert project.readEntry("orthoscribe", "finetune_draft", "")[0] == ""
    assert not project.topologicalEditing()
    assert not project.isDirty()
    assert wizard_window.findChild(QObject, "orthoscribe_class_key_1") is None or not (
        wizard_window.findChild(QObject, "orthoscribe_class_key_1").isEnabled()
    )


def test_what_the_user_has_changed_meanwhile_stays(wizard_window, painted_layer):
    base = painted_layer("classes", np.full((20, 20), 2))
    project = QgsProject.instance()
    view = DrawingView(wizard_window, project)
    view.show_below(base)
    view.snap()
    base.setOpacity(0.8)
    config = project.snappingConfig()
    config.setTolerance(33)
    project.setSnappingConfig(config)
    view.restore()
    assert base.opacity() == 0.8
    assert project.snappingConfig().tolerance() == 33
    assert project.topologicalEditing()


def test_closed_project_takes_the_wizard_along(control, wizard_window):
    control.open()
    QgsProject.instance().clear()
    assert control.window is None
    texts = [item.text() for item in wizard_window.messageBar().items()]
    assert any("was closed with its project" in text for text in texts)
