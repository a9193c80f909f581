"""The page Train: durations, the way to the next page, and interrupted trainings."""

import pytest
from orthoscribe.plugin.protocol import own_models_folder
from orthoscribe.plugin.wizard.pages.train import TrainPage
from orthoscribe.plugin.wizard.unfinished import unfinished_trainings
from orthoscribe.tests.docks import child, shown


@pytest.fixture
def make_page(improving, qtbot):
    """Return a function from the flags of an engine to the page and its outcomes."""
    pages = []

    def make(*flags):
        context, _ = improving(*flags)
        outcomes = []
        context.training.ended.connect(outcomes.append)
        page = TrainPage(context)
        pages.append(page)
        page.enter()
        page.show()
        return page, outcomes

    yield make
    for page in pages:
        page.teardown()
        page.deleteLater()


def press(page, name):
    child(page, f"wizard_train_{name}").click()


def test_chosen_time_is_kept_in_the_draft(make_page):
    page, _ = make_page()
    assert child(page, "wizard_train_standard").isChecked()
    press(page, "quick")
    draft = page.context.draft.value
    assert (draft.budget, draft.minutes) == ("standard", 4.0)
    press(page, "thorough")
    draft = page.context.draft.value
    assert (draft.budget, draft.minutes) == ("thorough", 20.0)


def test_training_shows_its_curve_and_buttons(make_page, wait):
    page, outcomes = make_page("--steps", 10_000)
    assert "Nothing is trained yet" in page.problems()[0]
    press(page, "start")
    wait(lambda: child(page, "wizard_train_curve").scores_text() == "before 65 %, now 65 %")
    assert not shown(page, "wizard_train_start")
    assert shown(page, "wizard_train_stop")
    assert "The training is running" in page.problems()[0]
    press(page, "stop")
    assert not child(page, "wizard_train_stop").isEnabled()
    wait(lambda: outcomes)
    assert outcomes[0].is_finished
    assert shown(page, "wizard_train_start")


def test_new_page_finds_the_running_training(make_page, wait):
    page, outcomes = make_page("--steps", 10_000)
    press(page, "start")
    wait(lambda: page.context.training.curve)
    page.teardown()
    again = TrainPage(page.context)
    again.enter()
    again.show()
    assert shown(again, "wizard_train_stop")
    child(again, "wizard_train_cancel").click()
    wait(lambda: outcomes)
    assert outcomes[0].is_canceled
    assert shown(again, "wizard_train_start")
    again.teardown()


def test_interrupted_training_is_resumed(make_page, wait):
    page, _ = make_page("--steps", 40)
    assert not shown(page, "wizard_train_resume")
    press(page, "start")
    wait(lambda: page.context.training.curve)
    page.context.training.teardown()
    page.enter()
    assert "'tiny improved' was interrupted" in child(page, "wizard_train_interrupted").text()
    outcomes = []
    page.context.training.ended.connect(outcomes.append)
    press(page, "resume")
    wait(lambda: outcomes)
    assert outcomes[0].is_finished
    assert (own_models_folder() / "tiny improved" / "model.json").is_file()
    assert unfinished_trainings() == []


def test_interrupted_training_is_discarded(make_page, wait):
    page, _ = make_page("--steps", 10_000)
    press(page, "start")
    wait(lambda: page.context.training.curve)
    page.context.training.teardown()
    page.enter()
    press(page, "discard")
    assert not (own_models_folder() / "tiny improved").exists()
    assert unfinished_trainings() == []
    assert not shown(page, "wizard_train_resume")
