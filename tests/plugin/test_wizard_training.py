"""A training: its curve, stopping, canceling, and resuming after a kill."""

from pathlib import Path

import pytest
from orthoscribe.plugin.job_records import JobRecord, remove_record
from orthoscribe.plugin.protocol import (
    Canceled,
    Failed,
    FinetuneJob,
    Outcome,
    own_models_folder,
)
from orthoscribe.plugin.wizard.training import Training
from orthoscribe.plugin.wizard.unfinished import unfinished_trainings


@pytest.fixture
def job(home):
    return FinetuneJob(
        image="image.tif", labels="labels.gpkg", start="tiny", output=str(own_models_folder() / "n")
    )


@pytest.fixture
def train(taught, wait):
    """Return a function that starts a training and returns it with its outcomes."""
    made = []

    def start(job, *flags):
        training = Training(taught(*flags))
        outcomes = []
        training.ended.connect(outcomes.append)
        training.start(job)
        made.append(training)
        return training, outcomes

    yield start
    for training in made:
        training.teardown()


def model_file(job):
    return own_models_folder() / "n" / "model.json"


def test_curve_has_the_base_and_ends_with_the_training(train, job, wait):
    training, outcomes = train(job, "--steps", 4)
    assert training.is_running
    wait(lambda: outcomes)
    assert outcomes[0].is_finished
    assert not training.is_running
    assert training.base_score == 0.65
    assert [score for _, score in training.curve] == pytest.approx([0.65, 0.7, 0.75, 0.8])
    assert model_file(job).is_file()
    assert unfinished_trainings() == []


def test_stopping_keeps_the_model(train, job, wait):
    training, outcomes = train(job, "--steps", 10_000)
    wait(lambda: len(training.curve) > 1)
    training.end_early()
    assert "keeping the best" in training.text
    wait(lambda: outcomes)
    assert outcomes[0].is_finished
    assert model_file(job).is_file()


def test_canceling_leaves_neither_model_nor_record(train, job, wait):
    training, outcomes = train(job, "--steps", 10_000)
    wait(lambda: training.curve)
    training.cancel()
    wait(lambda: outcomes)
    assert outcomes[0].is_canceled
    assert not (own_models_folder() / "n").exists()
    assert unfinished_trainings() == []


def test_second_training_right_after_the_first_works(train, job, wait):
    training, outcomes = train(job)
    wait(lambda: outcomes)
    training.start(job)
    wait(lambda: len(outcomes) == 2)
    assert all(outcome.is_finished for outcome in outcomes)
    assert len(training.curve) == 4


def test_training_of_a_closed_qgis_is_offered_again(train, job, wait):
    training, outcomes = train(job, "--steps", 10_000)
    wait(lambda: training.curve)
    assert unfinished_trainings() == []  # its owner is alive
    training.teardown()
    (found,) = unfinished_trainings()
    assert found.job == job
    assert (own_models_folder() / "n" / "checkpoint").is_file()
    _again, outcomes = train(job, "--steps", 2)
    wait(lambda: outcomes)
    remove_record(found.record)
    assert unfinished_trainings() == []


@pytest.mark.parametrize("has_checkpoint", [True, False])
def test_failed_training_can_go_on_from_its_checkpoint(home, job, wait, has_checkpoint):
    def fail(job, *_):
        if has_checkpoint:
            Path(job.output).mkdir(parents=True)
            (Path(job.output) / "checkpoint").touch()
        return Outcome(Failed("output", "The disk is full."))

    outcomes = []
    training = Training(fail)
    training.ended.connect(outcomes.append)
    training.start(job)
    wait(lambda: outcomes)
    assert [each.job for each in unfinished_trainings()] == [job] * has_checkpoint


def test_record_of_a_finished_model_is_dropped(job):
    record = JobRecord(job)
    record.close()
    folder = own_models_folder() / "n"
    folder.mkdir(parents=True)
    (folder / "model.json").write_text("{}")
    assert unfinished_trainings() == []
    (folder / "model.json").unlink()
    assert unfinished_trainings() == []  # it is gone for good


def test_folder_outside_the_library_is_never_removed(home, tmp_path, job, wait):
    from dataclasses import replace

    outside = tmp_path / "mine"
    outside.mkdir()
    (outside / "notes.txt").write_text("mine")
    outcomes = []
    training = Training(lambda *_: Outcome(Canceled()))
    training.ended.connect(outcomes.append)
    training.start(replace(job, output=str(outside)))
    training.cancel()
    wait(lambda: outcomes)
    assert (outside / "notes.txt").is_file()
