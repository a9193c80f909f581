"""A training whose disk is full waits with its checkpoint, and ends with the same weights."""

import contextlib

import pytest

pytest.importorskip("torch")

from orthoscribe.engine.commands import run_job
from orthoscribe.engine.outputs.report import sha256_of
from orthoscribe.engine.process.cancellation import Cancellation
from orthoscribe.engine.process.reporter import Reporter
from orthoscribe.engine.protocol import Log
from orthoscribe.tests.small_disks import SIZE_KB, SmallDisk
from orthoscribe.tests.training_scene import Listener, small_job, write_training_scene


class Helpful(Reporter):
    """Fills the disk after some steps, and makes room when it is told to."""

    def __init__(self, disk):
        super().__init__(Cancellation())
        self._disk, self.said = disk, []
        self._filler = disk.folder / "filler2"
        self._is_filled = False

    def emit(self, event):
        message = getattr(event, "message", "")
        if isinstance(event, Log):
            self.said.append(message)
        if "is full" in message:
            self._filler.unlink()
        elif "step 5 of" in getattr(event, "stage", "") and not self._is_filled:
            self._is_filled = True
            self.fill()

    def fill(self):
        with self._filler.open("wb", buffering=0) as file, contextlib.suppress(OSError):
            while True:
                file.write(bytes(1 << 12))


@pytest.mark.slow
def test_training_waits_on_a_full_disk_and_ends_with_the_same_weights(tmp_path):
    scene = write_training_scene(tmp_path / "scene")
    wishes = {"steps": 12, "checkpoint_s": 0.0}
    run_job(small_job(scene, tmp_path / "whole", **wishes), Listener())
    disk = SmallDisk(tmp_path / "disk", SIZE_KB)
    try:
        reporter = Helpful(disk)
        run_job(small_job(scene, disk.folder / "model", **wishes), reporter)
        assert sum("and the run goes on by itself" in each for each in reporter.said) == 1
        weights = [
            folder / "weights.safetensors" for folder in (tmp_path / "whole", disk.folder / "model")
        ]
        assert sha256_of(weights[0]) == sha256_of(weights[1])
        curves = [(path.parent / "logs" / "curve.csv").read_text() for path in weights]
        assert curves[0] == curves[1]
    finally:
        disk.close()
