# SPDX-License-Identifier: GPL-2.0-or-later
from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from orthoscribe.engine.protocol import FileLock

HOLD = (
    "import sys; sys.path.insert(0, sys.argv[1]); from pathlib import Path\n"
    "from engine.protocol import FileLock; lock = FileLock(Path(sys.argv[2]))\n"
    "lock.acquire(); lock.write_record({'pid': 7}); print('held', flush=True); input()"
)
ROOT = Path(__file__).parents[2]


def test_lock_has_one_owner_until_that_closes_it(tmp_path):
    with FileLock(tmp_path / "lock") as one, FileLock(tmp_path / "lock") as other:
        assert one.acquire()
        assert not other.acquire()
        one.close()
        assert other.acquire()


def test_killed_owner_releases_the_lock_and_its_record_stays(tmp_path):
    path = tmp_path / "lock"
    owner = [sys.executable, "-c", HOLD, ROOT, path]
    with subprocess.Popen(owner, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout.readline() == b"held\n"
        with FileLock(path) as lock:
            assert not lock.acquire()
            assert lock.record() == {"pid": 7}
            process.kill()
            process.wait()
            assert lock.acquire()
            assert lock.record() == {"pid": 7}


def test_record_is_replaced_and_damaged_ones_are_empty(tmp_path):
    with FileLock(tmp_path / "lock") as lock:
        assert lock.record() == {}
        for record in ({"since": "a long text"}, {"pid": 1}):
            lock.write_record(record)
            assert lock.record() == record
        for damaged in ("{", "[]", ""):
            lock.path.write_text(damaged)
            assert lock.record() == {}


def test_lock_of_a_removed_or_replaced_file_is_not_in_place(tmp_path):
    with FileLock(tmp_path / "lock") as lock:
        assert lock.is_in_place()
        lock.path.rename(tmp_path / "other")
        assert not lock.is_in_place()
        lock.path.touch()
        assert not lock.is_in_place()
