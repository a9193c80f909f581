# SPDX-License-Identifier: GPL-2.0-or-later
"""The window of the wizard: steps, one message place, one window, one draft per project."""

import pytest
from orthoscribe.plugin.wizard.control import WizardControl
from orthoscribe.plugin.wizard.wizard_presenter import WizardPresenter
from orthoscribe.tests.docks import child
from qgis.core import QgsProject

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


def test_first_problem_is_shown_and_bars_the_way(control):
    window = control.open()
    assert child(window, "wizard_message").text().startswith("▲ No image is given")
    assert not child(window, "wizard_next").isEnabled()
    assert not child(window, "wizard_step_draw").isEnabled()
    assert child(window, "wizard_step_area").isChecked()


def test_closed_project_takes_the_wizard_along(control, wizard_window):
    control.open()
    QgsProject.instance().clear()
    assert control.window is None
    texts = [item.text() for item in wizard_window.messageBar().items()]
    assert any("was closed with its project" in text for text in texts)
