# SPDX-License-Identifier: GPL-2.0-or-later
"""How much memory is free: page cache does not count, and every limit does."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
from orthoscribe.engine.process.cgroups import free_in_groups_bytes
from orthoscribe.engine.process.memory import MB, available_memory_mb

ROOT = Path(__file__).resolve().parents[3]
GB = 1 << 30
ASK = "from engine.process.memory import available_memory_mb as ask; import sys; " + (
    "sys.stdout.write(str(ask()))"
)


def system(root, membership, groups):
    """Make the files of a kernel; a group is its folder and the content of its files."""
    (root / "proc/self").mkdir(parents=True)
    (root / "proc/self/cgroup").write_text(membership)
    for folder, files in groups.items():
        path = root / "sys/fs/cgroup" / folder
        path.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            (path / name).write_text(f"{content}\n")
    return root


def two(limit, used, stat="", **more):
    return {"memory.max": limit, "memory.current": used, "memory.stat": stat, **more}


def one(limit, used, stat=""):
    return {
        "memory.limit_in_bytes": limit,
        "memory.usage_in_bytes": used,
        "memory.stat": stat,
    }


def test_page_cache_is_free_memory(tmp_path):
    stat = f"anon {GB}\nfile {7 * GB}\ninactive_file {6 * GB}\nactive_file {GB}\nshmem 0"
    root = system(tmp_path, "0::/\n", {"": two(8 * GB, 8 * GB, stat)})
    assert free_in_groups_bytes(root) == 7 * GB


def test_tightest_of_nested_groups_counts(tmp_path):
    groups = {
        "user.slice": two(4 * GB, 3 * GB),
        "user.slice/session": two("max", 2 * GB),
        "user.slice/session/qgis": two(16 * GB, GB),
        "other": two(1, 1),
    }
    root = system(tmp_path, "0::/user.slice/session/qgis\n", groups)
    assert free_in_groups_bytes(root) == GB


def test_group_is_throttled_before_it_is_full(tmp_path):
    root = system(tmp_path, "0::/a\n", {"a": {**two("max", GB), "memory.high": 3 * GB}})
    assert free_in_groups_bytes(root) == 2 * GB


def test_container_that_knows_its_group_by_the_path_of_its_host(tmp_path):
    root = system(tmp_path, "0::/docker/0123\n", {"": two(2 * GB, GB)})
    assert free_in_groups_bytes(root) == GB


def test_first_version_of_groups(tmp_path):
    membership = "5:memory:/docker/a\n4:cpu,cpuacct:/\n0::/\n"
    groups = {
        "memory": one(9223372036854771712, GB),
        "memory/docker/a": one(4 * GB, 4 * GB, f"cache 5\ntotal_inactive_file {3 * GB}"),
    }
    assert free_in_groups_bytes(system(tmp_path, membership, groups)) == 3 * GB


@pytest.mark.parametrize("membership", ["", "nonsense\n", "0::/\n", "0::/../..\n"])
def test_no_limit_is_none(tmp_path, membership):
    root = system(tmp_path, membership, {"": two("max", GB)})
    assert free_in_groups_bytes(root) is None
    assert free_in_groups_bytes(tmp_path / "no such system") is None


def test_used_beyond_the_limit_is_nothing_free(tmp_path):
    root = system(tmp_path, "0::/\n", {"": two(GB, 2 * GB, "inactive_file 9\nodd")})
    assert free_in_groups_bytes(root) == 0


def test_never_more_than_the_computer_has():
    assert 0 < available_memory_mb() <= psutil.virtual_memory().total // MB


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such limits")
@pytest.mark.parametrize("flag", ["v", "d"])
def test_limits_of_the_process_count(flag):
    limit_mb = 3000
    done = subprocess.run(
        [
            "/bin/bash",
            "-c",
            f"ulimit -{flag} {limit_mb * 1024}; exec '{sys.executable}' -c '{ASK}'",
        ],
        cwd=ROOT,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert 0 < int(done.stdout) < limit_mb


@pytest.mark.skipif(sys.platform != "linux", reason="The peak can be reset on Linux only.")
def test_peak_of_a_job_does_not_include_that_of_the_job_before():
    script = (
        "import sys, torch\n"
        "from engine.process.memory import peak_memory_mb, release_unused_memory\n"
        "idle = peak_memory_mb()\n"
        "chunks = [torch.ones(1 << 18) for _ in range(400)]\n"
        "busy = peak_memory_mb()\n"
        "del chunks\n"
        "release_unused_memory()\n"
        "print(idle, busy, peak_memory_mb())\n"
    )
    never = {"MALLOC_MMAP_MAX_": "0", "MALLOC_TRIM_THRESHOLD_": "99999999999"}
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env={**os.environ, **never},
        capture_output=True,
        text=True,
        check=True,
    )
    idle_mb, busy_mb, after_mb = map(int, done.stdout.split())
    assert busy_mb > idle_mb + 300
    assert after_mb < idle_mb + 100
