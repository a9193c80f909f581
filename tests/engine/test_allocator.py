import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

PAGE_FAULTS = """
import os, resource, sys
sys.path.insert(0, {root!r})
from engine.runtime.allocator import keep_freed_memory
if {tuned}:
    assert keep_freed_memory()
import numpy as np
def work():
    for _ in range(5):
        np.empty(64 << 20, np.uint8).fill(1)
work()
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
work()
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""


def page_faults(*, tuned):
    code = PAGE_FAULTS.format(root=str(ROOT), tuned=tuned)
    # Without the allocator's settings, which the tests themselves may run under.
    found = subprocess.run(
        [sys.executable, "-c", code], env={}, capture_output=True, text=True, check=True
    )
    return int(found.stdout)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs glibc")
def test_freed_memory_is_used_again():
    assert page_faults(tuned=True) < 10
    assert page_faults(tuned=False) > 100
