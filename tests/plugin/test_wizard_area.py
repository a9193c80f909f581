# SPDX-License-Identifier: GPL-2.0-or-later
"""Page Area and model: likely layers, what is wrong, new classes, one sentence for each gap."""

import numpy as np
import pytest
from orthoscribe.plugin.layers.bands import BANDS_PROPERTY
from orthoscribe.plugin.wizard.control import WizardControl
from orthoscribe.plugin.wizard.pages.new_classes import NewClassesEditor
from orthoscribe.tests.docks import child, choose
from qgis.core import QgsProject
from qgis.PyQt.QtGui import QColor


@pytest.fixture
def window(wizard_window, painted_layer, home):
    """Return the wizard over a project with an image and no result."""
    painted_layer("ortho", np.full((3, 40, 40), 7))
    made = WizardControl(wizard_window, lambda *_: None)
    yield made.open()
    made.teardown()


def choose_layer(window, name, layer):
    """Choose a layer as a user does; `setLayer` alone counts as a change by QGIS."""
    box = child(window, f"wizard_{name}")
    box.setLayer(layer)
    box.activated.emit(box.currentIndex())


def draft(window):
    return child(window, "wizard_area").context.draft.value


def message(window):
    return child(window, "wizard_message").text()


def test_likely_layers_are_chosen_at_first(window):
    assert child(window, "wizard_image").currentLayer().name() == "ortho"
    assert draft(window).image.endswith("ortho.tif")
    assert draft(window).start == "default"
    assert "needs heights" in message(window)


def test_model_without_heights_is_enough(window):
    choose(child(window, "wizard_start"), "tiny")
    assert draft(window).start == "tiny"
    assert message(window) == ""
    assert child(window, "wizard_next").isEnabled()


def test_heights_elsewhere_are_refused(window, painted_layer):
    far = painted_layer("dsm", np.full((40, 40), 7), origin=(900_000.0, 5_000_000.0))
    choose_layer(window, "dsm", far)
    assert "do not overlap" in message(window)


def test_bands_chosen_in_the_dock_are_kept(window, painted_layer):
    other = painted_layer("other", np.full((4, 40, 40), 7))
    other.setCustomProperty(BANDS_PROPERTY, "4 1 2")
    choose_layer(window, "image", other)
    assert tuple(draft(window).given_bands().values()) == (4, 1, 2)


def test_new_classes_are_asked_for_only_if_one_is_missing(window):
    choose(child(window, "wizard_start"), "tiny")
    name = child(window, "new_class_0")
    assert not name.isVisible()
    child(window, "wizard_cause_missing_class").click()
    assert name.isVisible()
    assert "has no name yet" in message(window)
    name.setText("Building")
    assert "'Building' exists" in message(window)
    name.setText("Solar panel")
    child(window, "new_class_color_0").setColor(QColor("#102030"))
    assert draft(window).new_classes == ("Solar panel=#102030",)
    assert draft(window).legend.named("solar_panel").code == 7
    child(window, "wizard_cause_colors").click()
    assert not name.isVisible()
    assert draft(window).wanted_classes == ()
    assert draft(window).new_classes == ("Solar panel=#102030",)  # for when it is chosen again


def test_choices_are_shown_again(window, wizard_window):
    choose(child(window, "wizard_start"), "tiny")
    child(window, "wizard_cause_missing_class").click()
    child(window, "new_class_0").setText("Water")
    window.close()
    control = WizardControl(wizard_window, lambda *_: None)
    again = control.open()
    assert child(again, "wizard_start").currentData() == "tiny"
    assert child(again, "wizard_cause_missing_class").isChecked()
    assert child(again, "new_class_0").text() == "Water"
    control.teardown()


def test_rows_of_new_classes_can_be_added_and_removed(qtbot):
    editor = NewClassesEditor()
    qtbot.addWidget(editor)
    editor.show_values(("Water=#0064ff", "Gravel"))
    child(editor, "new_class_add").click()
    child(editor, "new_class_2").setText("Pool")
    names = [value.partition("=")[0] for value in editor.values()]
    colors = {value.partition("=")[2] for value in editor.values()}
    assert names == ["Water", "Gravel", "Pool"]
    assert len(colors) == 3
    child(editor, "new_class_drop_1").click()
    assert [value.partition("=")[0] for value in editor.values()] == ["Water", "Pool"]


def test_start_anew_takes_the_newest_choice_and_keeps_the_file(window):
    area = child(window, "wizard_area")
    area.context.draft.change(labels="/data/corrections.gpkg", start="tiny")
    window.go_to("area")
    child(window, "wizard_anew").click()
    assert (draft(window).labels, draft(window).start) == ("", "default")
    assert draft(window).image.endswith("ortho.tif")
    QgsProject.instance().clear()


def test_removed_image_stays_in_the_draft(window, qtbot):
    source = draft(window).image
    QgsProject.instance().removeAllMapLayers()
    assert draft(window).image == source
    qtbot.waitUntil(lambda: "is not in the project any more" in message(window))
