# SPDX-License-Identifier: GPL-2.0-or-later
"""The warm engine with the real engine: faster the second time, and gone when its host is gone."""

import os
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
from orthoscribe.plugin.engine_client.run import run_job
from orthoscribe.plugin.engine_client.warm_engine import WarmEngine
from orthoscribe.plugin.protocol import Hello, LabelJob, Progress, SceneJob

ROOT = Path(__file__).resolve().parents[2]


def is_alive(pid):
    stat = Path(f"/proc/{pid}/stat")
    try:
        return stat.read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Return the folder of a generated scene."""
    folder = tmp_path_factory.mktemp("made")
    job = SceneJob(output=str(folder), seed=7, size_px=256, gsd_m=0.2)
    assert run_job(job, lambda _: None, lambda: False).is_finished
    return folder


@pytest.fixture
def warm():
    engine = WarmEngine()
    yield engine
    engine.teardown()


def test_second_job_starts_labeling_sooner_with_equal_results(warm, made, tmp_path):
    job = LabelJob(
        image=str(made / "image.tif"), dsm=str(made / "dsm.tif"), model="light", output=""
    )
    pids, delays_s = set(), []
    for name in ("first", "second"):
        start_s, events = time.monotonic(), []

        def note(event, events=events):
            events.append((time.monotonic(), event))

        outcome = warm.run(replace(job, output=str(tmp_path / name)), note, lambda: False)
        assert outcome.is_finished, outcome.end
        pids |= {event.pid for _, event in events if isinstance(event, Hello)}
        stages = [(at, event.stage) for at, event in events if isinstance(event, Progress)]
        delays_s.append(next(at for at, stage in stages if stage == "Labeling") - start_s)
    assert len(pids) == 1
    assert delays_s[1] < delays_s[0] / 2
    first, second = (tmp_path / name / "classes.tif" for name in ("first", "second"))
    assert first.read_bytes() == second.read_bytes()

    (pid,) = pids
    assert is_alive(pid)
    start_s = time.monotonic()
    warm.teardown()
    assert time.monotonic() - start_s < 1.0
    assert not is_alive(pid)


def test_idle_engine_ends_with_its_killed_host(tmp_path):
    script = f"""
import sys, time
sys.path.insert(0, {str(ROOT / "tests")!r})
import conftest
from orthoscribe.plugin.engine_client.warm_engine import WarmEngine
from orthoscribe.plugin.protocol import Hello, SceneJob
def show(event):
    if isinstance(event, Hello):
        print(event.pid, flush=True)
job = SceneJob(output={str(tmp_path)!r}, size_px=64)
WarmEngine().run(job, show, lambda: False)
print("idle", flush=True)
time.sleep(60)
"""
    host = subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, env=dict(os.environ)
    )
    with host:
        engine = int(host.stdout.readline())
        assert host.stdout.readline() == "idle\n"
        assert is_alive(engine)
        host.kill()
    deadline_s = time.monotonic() + 5.0
    while is_alive(engine) and time.monotonic() < deadline_s:
        time.sleep(0.05)
    assert not is_alive(engine)
