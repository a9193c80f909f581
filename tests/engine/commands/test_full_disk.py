"""A labeling or training on a full disk waits, and goes on when there is space."""

import pytest

pytest.importorskip("torch")

from orthoscribe.engine.commands import run_job
from orthoscribe.engine.protocol import JobCanceled
from orthoscribe.tests.label_runs import Listener, label_job, results_in, write_label_scene
from orthoscribe.tests.small_disks import SmallDisk


class Helpful(Listener):
    """Makes room on the disk, or cancels the job, when it is told that the disk is full."""

    def __init__(self, disk, *, is_kind=True):
        super().__init__()
        self._disk, self._is_kind = disk, is_kind
        self.pauses = 0

    def emit(self, event):
        super().emit(event)
        message = getattr(event, "message", "")
        if "is full" in message:
            assert str(self._disk.folder) in message
            assert message.endswith("free about 10 MB, and the run goes on by itself.")
            self.pauses += 1
            if self._is_kind:
                self._disk.make_room()
            else:
                self.cancellation.request()


@pytest.fixture
def make_disk(tmp_path):
    disks = []

    def make(free_kb):
        disks.append(SmallDisk(tmp_path / f"disk{len(disks)}", free_kb))
        return disks[-1]

    yield make
    for disk in disks:
        disk.close()


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    scene = write_label_scene(tmp_path_factory.mktemp("scene"), 288)
    run_job(label_job(scene, scene / "whole"), Listener())
    return scene, results_in(scene / "whole")


@pytest.mark.parametrize("free_kb", [60, 120, 180, 240, 300, 360, 420, 480, 540])
def test_labeling_waits_on_a_full_disk_and_ends_with_the_same_results(shared, make_disk, free_kb):
    scene, whole = shared
    disk = make_disk(free_kb)
    listener = Helpful(disk)
    run_job(label_job(scene, disk.folder / "out"), listener)
    assert listener.pauses == 1
    assert results_in(disk.folder / "out") == whole
    assert not [path for path in (disk.folder / "out").iterdir() if path.name.startswith(".")]


@pytest.mark.parametrize("free_kb", [120, 360])
def test_labeling_that_waits_can_be_canceled(shared, make_disk, free_kb):
    disk = make_disk(free_kb)
    with pytest.raises(JobCanceled):
        run_job(label_job(shared[0], disk.folder / "out"), Helpful(disk, is_kind=False))
    assert [path.name for path in disk.folder.iterdir()] == ["filler"]
