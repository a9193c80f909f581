"""Waiting for space: what is told, when it goes on, and that it can be canceled."""

import threading

import pytest
from orthoscribe.engine.outputs import disk_room
from orthoscribe.engine.outputs.destination import DiskFullError, destination_error
from orthoscribe.engine.outputs.disk_room import has_room, size_text, with_room, written_bytes
from orthoscribe.engine.process.cancellation import Cancellation
from orthoscribe.engine.process.reporter import Reporter
from orthoscribe.engine.protocol import JobCanceled, Log, OutputError

NEEDED = 5 << 20


class Recorder(Reporter):
    def __init__(self):
        super().__init__(Cancellation())
        self.said = []

    def emit(self, event):
        if isinstance(event, Log):
            self.said.append((event.level, event.message))


class Filling:
    """Work that finds the disk full for some times."""

    def __init__(self, folder, times):
        self.folder, self.times, self.calls = folder, times, 0

    def __call__(self):
        self.calls += 1
        if self.calls <= self.times:
            raise DiskFullError("The disk is full.", self.folder / ".hidden" / "missing")
        return self.calls


def test_work_is_repeated_when_there_is_room(tmp_path):
    reporter = Recorder()
    assert with_room(Filling(tmp_path, 2), reporter, NEEDED) == 3
    assert reporter.said[0] == (
        "warning",
        f"The disk of {tmp_path} is full: free about 10 MB, and the run goes on by itself.",
    )
    assert [level for level, _ in reporter.said] == ["warning", "info"] * 2


def test_other_work_may_follow_a_pause(tmp_path):
    work = Filling(tmp_path, 1)
    assert with_room(work, Recorder(), NEEDED, lambda: "flushed") == "flushed"
    assert work.calls == 1


def test_waiting_ends_when_space_is_freed_and_not_before(tmp_path, monkeypatch):
    asked = []
    monkeypatch.setattr(disk_room, "POLL_S", 0.001)
    monkeypatch.setattr(disk_room, "has_room", lambda *_: asked.append(1) or len(asked) > 5)
    assert with_room(Filling(tmp_path, 1), Recorder(), NEEDED) == 2
    assert len(asked) == 6


def test_waiting_can_be_canceled(tmp_path, monkeypatch):
    monkeypatch.setattr(disk_room, "has_room", lambda *_: False)
    reporter = Recorder()
    threading.Timer(0.3, reporter.cancellation.request).start()
    with pytest.raises(JobCanceled):
        with_room(Filling(tmp_path, 1), reporter, NEEDED)


def test_disk_that_can_never_hold_the_results_is_an_error(tmp_path):
    with pytest.raises(OutputError):
        with_room(Filling(tmp_path, 1), Recorder(), 1 << 60)


def test_room_is_probed_without_a_trace(tmp_path):
    assert has_room(tmp_path, NEEDED)
    assert not has_room(tmp_path, 1 << 60)
    assert not has_room(tmp_path / "missing", NEEDED)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("number", [28, 122])
def test_full_disk_and_full_quota_are_recognized(tmp_path, number):
    assert isinstance(destination_error(tmp_path / "a", OSError(number, "full")), DiskFullError)


def test_file_that_is_too_large_is_no_reason_to_wait(tmp_path):
    error = destination_error(tmp_path / "a", OSError(27, "too large"))
    assert not isinstance(error, DiskFullError)


def test_sizes_are_rounded():
    assert size_text(2_400_000_000) == "2 GB"
    assert size_text(1) == "10 MB"


def test_what_is_written_already_needs_no_room(tmp_path, monkeypatch):
    asked = []
    monkeypatch.setattr(disk_room, "has_room", lambda _, size_bytes: asked.append(size_bytes) or 1)
    folder, file = tmp_path / "kept", tmp_path / "a.tif"
    folder.mkdir()
    for path in (folder / "blocks", file):
        path.write_bytes(b"1" * (16 << 20))
    reporter = Recorder()
    kept = [folder, file, tmp_path / "missing.tif"]
    with_room(Filling(tmp_path, 1), reporter, 64 << 20, kept=kept)
    assert asked[0] == pytest.approx(32 << 20, abs=1 << 20)
    assert "free about 40 MB" in reporter.said[0][1]
    file.write_bytes(b"1" * (64 << 20))
    with_room(Filling(tmp_path, 1), reporter, 64 << 20, kept=kept)
    assert asked[1] == disk_room.LEAST_BYTES


def test_gaps_of_files_and_links_take_no_room(tmp_path):
    with (tmp_path / "sparse.tif").open("wb") as file:
        file.truncate(64 << 20)
    (tmp_path / "twice").symlink_to(tmp_path / "sparse.tif")
    assert written_bytes([tmp_path], tmp_path) < 1 << 20
