"""What follows the end of a training, whether the wizard is open or not."""

from pathlib import Path

import pytest
from orthoscribe.plugin.job_records import JobRecord
from orthoscribe.plugin.protocol import FinetuneJob, own_models_folder
from orthoscribe.plugin.wizard.control import WizardControl
from orthoscribe.plugin.wizard.project_draft import ProjectDraft
from orthoscribe.tests.docks import child, shown
from qgis.core import QgsProject


@pytest.fixture
def make_control(improving, taught, wizard_window):
    """Return a function from the flags of an engine to a control with a job for its draft."""
    controls = []

    def make(*flags):
        context, _ = improving()
        control = WizardControl(wizard_window, taught(*flags))
        controls.append(control)
        job = context.draft.value.to_job(output=str(own_models_folder() / "better"))
        return control, job

    yield make
    for control in controls:
        control.teardown()


def bar_texts(window):
    return [item.text() for item in window.messageBar().items()]


def train(control, job, wait):
    ended = []
    control.training.ended.connect(ended.append)
    control.training.start(job)
    wait(lambda: ended)


def test_page_of_the_training_makes_way_for_the_comparison(make_control, wait):
    control, job = make_control()
    window = control.open()
    window.go_to("train")
    train(control, job, wait)
    assert window.draft.value.result == job.output
    assert window.step == "compare"
    assert shown(window, "wizard_compare")


def test_user_who_draws_meanwhile_is_not_interrupted(make_control, wait):
    control, job = make_control()
    window = control.open()
    window.go_to("draw")
    train(control, job, wait)
    assert window.step == "draw"
    assert "go to step 5" in child(window, "wizard_message").text()


def test_closed_wizard_leaves_the_model_in_the_draft_and_tells(make_control, wait, wizard_window):
    control, job = make_control()
    train(control, job, wait)
    assert ProjectDraft(QgsProject.instance()).value.result == job.output
    assert any("'better' is ready: press Improve map" in text for text in bar_texts(wizard_window))
    assert shown(control.open(), "wizard_compare")


def test_model_of_another_project_waits_for_it(make_control, wait, wizard_window):
    control, job = make_control()
    draft = ProjectDraft(QgsProject.instance())
    own = draft.value
    draft.change(start="other")
    train(control, job, wait)
    assert ProjectDraft(QgsProject.instance()).value.result == ""
    assert any("listed in the tab Improve" in text for text in bar_texts(wizard_window))
    window = control.open()
    assert window.draft.value.result == ""
    window.close()
    draft.put(own)
    window = control.open()
    assert window.draft.value.result == job.output
    assert shown(window, "wizard_compare")


def test_failure_is_told(make_control, wait, wizard_window):
    control, job = make_control("--fail", "finetune")
    train(control, job, wait)
    assert "The polygons cannot be read." in bar_texts(wizard_window)
    window = control.open()
    control.training.start(job)
    wait(lambda: not control.is_training)
    assert "The polygons cannot be read." in child(window, "wizard_message").text()


def test_interrupted_training_is_offered_at_the_start(make_control, wizard_window):
    control, job = make_control()
    control.offer_to_resume()
    assert bar_texts(wizard_window) == []
    JobRecord(job).close()
    control.offer_to_resume()
    assert "'better' was interrupted" in bar_texts(wizard_window)[0]


def test_teardown_during_a_training_leaves_it_to_the_next_start(make_control, wait):
    control, job = make_control("--steps", 10_000)
    control.training.start(job)
    wait(lambda: control.training.curve)
    control.teardown()
    assert not control.is_training
    control.offer_to_resume()
    assert isinstance(job, FinetuneJob)
    assert (Path(job.output) / "checkpoint").is_file()
