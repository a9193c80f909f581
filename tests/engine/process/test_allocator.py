import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]

PAGE_FAULTS = """
import os, resource, sys
sys.path.insert(0, {root!r})
from engine.process.allocator import keep_freed_memory
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


RESIDENT = """
import os, sys
sys.path.insert(0, {root!r})
from engine.process.allocator import Trimming, keep_freed_memory
assert keep_freed_memory()
import numpy as np
def resident_mb():
    return int(open("/proc/self/statm").read().split()[1]) * os.sysconf("SC_PAGE_SIZE") >> 20
parts = [np.ones(8 << 20, np.uint8) for _ in range(32)]
kept = parts[::2] + parts[-1:]  # leaves gaps that cannot be trimmed from the top
del parts
before = resident_mb()
trimming = Trimming(4)
trimming.feed(3)
untouched = resident_mb()
trimming.feed(4)
print(before - untouched, before - resident_mb())
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="glibc is on Linux")
def test_trimming_returns_the_gaps_after_so_many_steps():
    found = subprocess.run(
        [sys.executable, "-c", RESIDENT.format(root=str(ROOT))],
        env={},
        capture_output=True,
        text=True,
        check=True,
    )
    early_mb, late_mb = map(int, found.stdout.split())
    assert early_mb == 0
    assert late_mb > 80


APART = """
import os, resource, sys
sys.path.insert(0, {root!r})
from engine.process.allocator import keep_freed_memory, mapped_apart
assert keep_freed_memory()
import numpy as np
def resident_mb():
    return int(open("/proc/self/statm").read().split()[1]) * os.sysconf("SC_PAGE_SIZE") >> 20
with mapped_apart():
    parts = [np.ones(8 << 20, np.uint8) for _ in range(32)]
    kept, before = parts[::2] + parts[-1:], resident_mb()
    del parts
    returned = before - resident_mb()
def work():
    np.empty(64 << 20, np.uint8).fill(1)
work()
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
work()
print(returned, resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="glibc is on Linux")
def test_blocks_mapped_apart_leave_no_gaps_and_later_ones_are_used_again():
    found = subprocess.run(
        [sys.executable, "-c", APART.format(root=str(ROOT))],
        env={},
        capture_output=True,
        text=True,
        check=True,
    )
    returned_mb, faults = map(int, found.stdout.split())
    assert returned_mb > 80
    assert faults < 10
