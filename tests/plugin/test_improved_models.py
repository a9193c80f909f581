# SPDX-License-Identifier: GPL-2.0-or-later
"""Models of the library that wait: unfinished trainings and drafts."""

import json

from orthoscribe.plugin.dock.improve_tab import ImproveTab
from orthoscribe.plugin.improved_models import improved_models
from orthoscribe.plugin.project_model import set_project_model
from orthoscribe.tests.docks import child


def judge(home, verdict):
    card = home / "models" / "tiny" / "model.json"
    values = json.loads(card.read_text())
    values["verdict"] = verdict
    card.write_text(json.dumps(values))


def test_models_without_a_verdict_do_not_wait(home, qgis_new_project):
    assert improved_models() == ()


def test_unfinished_trainings_and_drafts_are_listed(home, qgis_new_project):
    (home / "models" / "half").mkdir()
    (home / "models" / ".deleted_1").mkdir()
    judge(home, "amber")
    assert [(each.name, each.is_finished) for each in improved_models()] == [
        ("half", False), ("tiny", True),
    ]  # fmt: skip
    set_project_model("tiny")  # in use, so no draft any more
    assert [each.name for each in improved_models()] == ["half"]


def test_tab_lists_them_when_it_is_shown(home, qgis_new_project, qtbot):
    tab = ImproveTab()
    qtbot.addWidget(tab)
    models = child(tab, "improve_models")
    assert not models.isVisibleTo(tab)
    (home / "models" / "half").mkdir()
    tab.show()
    assert models.item(0).text() == "half: training not finished"
    with qtbot.waitSignal(tab.improve_pressed):
        child(tab, "improve").click()
