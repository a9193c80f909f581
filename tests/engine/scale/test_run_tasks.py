"""Failed parts are named together, and done ones are left alone."""

from __future__ import annotations

import platform

import pytest
from orthoscribe.engine.process.cancellation import Cancellation
from orthoscribe.engine.process.reporter import Reporter
from orthoscribe.engine.protocol import InputError
from orthoscribe.engine.scale.run_tasks import run_tasks
from orthoscribe.engine.scale.store import PartStore
from orthoscribe.engine.scale.task import LABEL, Task, TaskResult


class Messages(Reporter):
    def __init__(self):
        super().__init__(Cancellation())
        self.texts, self.fractions = [], []

    def emit(self, event):
        if hasattr(event, "message"):
            self.texts.append(event.message)
        if hasattr(event, "fraction"):
            self.fractions.append(event.fraction)


class Scripted:
    """Workers with given results."""

    def __init__(self, *results):
        self._results = {result.number: result for result in results}
        self.tasks = []

    def results(self, tasks, _raise_if_canceled):
        self.tasks += tasks
        yield from (self._results.get(task.number, TaskResult(task.number)) for task in tasks)


@pytest.fixture
def store(tmp_path):
    store = PartStore(tmp_path)
    folder = store.scratch()
    (folder / "a.tif").write_bytes(b"codes")
    store.finish("label-000001", [folder / "a.tif"], {})
    return store


TASKS = [Task(LABEL, number, "record", "digest") for number in range(4)]


def test_only_missing_parts_are_made(store):
    workers, messages = Scripted(), Messages()
    run_tasks(TASKS, store, workers, messages, "Labeling")
    assert [task.number for task in workers.tasks] == [0, 2, 3]
    assert messages.texts == ["Labeling: 1 of 4 parts are done by an earlier run."]
    assert messages.fractions == [0.5, 0.75, 1.0]


def test_failures_are_named_once_when_all_others_are_done(store):
    here, there = platform.node(), "node-7"
    workers = Scripted(
        TaskResult(0, "a.tif is damaged.", computer=here),
        TaskResult(2, "a.tif is damaged.", computer=here),
        TaskResult(3, "The disk is full.", computer=there),
    )
    messages = Messages()
    with pytest.raises(InputError) as error:
        run_tasks(TASKS, store, workers, messages, "Labeling")
    assert str(error.value).startswith(
        "3 of 4 parts could not be made: a.tif is damaged. On the computer node-7: The disk is"
    )
    assert f"The other 1 are kept in {store.folder}" in str(error.value)
    assert len([text for text in messages.texts if "failed" in text]) == 3
