# SPDX-License-Identifier: GPL-2.0-or-later
from __future__ import annotations

import os
import subprocess
import sys

from orthoscribe.engine.outputs.liveness import is_running


def test_this_process_is_running():
    assert is_running(os.getpid())


def test_process_that_has_ended_is_not_running():
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    assert not is_running(ended.pid)


def test_numbers_that_are_no_process_are_not_running():
    assert not is_running(0)
    assert not is_running(-1)
