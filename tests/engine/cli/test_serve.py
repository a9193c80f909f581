"""The real thing: `python -m engine serve`, torch and all."""

import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from orthoscribe.engine.protocol import CANCEL_LINE, PROTOCOL_VERSION, SceneJob, job_to_line

pytestmark = pytest.mark.timed

ROOT = Path(__file__).resolve().parents[3]
TRANSCRIPTS = ROOT / "tests" / "transcripts"


@pytest.fixture
def engine():
    process = subprocess.Popen(
        [sys.executable, "-E", "-s", "-X", "utf8", "-m", "engine", "serve"],
        cwd=ROOT,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    too_long = threading.Timer(40, process.kill)  # a test that waits for a word fails, not hangs
    too_long.start()
    yield process
    too_long.cancel()
    process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout, process.stderr):
        pipe.close()


def say(engine, line):
    engine.stdin.write(line + "\n")
    engine.stdin.flush()


def hear_until_end(engine):
    kinds = []
    while not kinds or kinds[-1]["kind"] not in ("finished", "canceled", "failed"):
        kinds.append(json.loads(engine.stdout.readline()))
    return kinds


def test_engine_greets_refuses_a_bad_job_makes_a_scene_and_leaves(engine, tmp_path):
    hello = json.loads(engine.stdout.readline())
    golden = (TRANSCRIPTS / "label_finished.jsonl").read_text().partition("\n")[0]
    assert list(hello) == list(json.loads(golden))
    assert (hello["protocol"], hello["pid"]) == (PROTOCOL_VERSION, engine.pid)

    say(engine, '{"kind": "scene", "outputt": "x"}')
    (failed,) = hear_until_end(engine)
    assert failed["reason"] == "job"

    say(engine, job_to_line(SceneJob(output="")))
    assert hear_until_end(engine)[-1]["message"].startswith("No output folder is given")

    say(engine, job_to_line(SceneJob(output=str(tmp_path), size_px=64)))
    heard = hear_until_end(engine)
    assert heard[-1]["kind"] == "finished", heard[-1]
    artifacts = [words["path"] for words in heard if words["kind"] == "artifact"]
    assert artifacts
    assert [path for path in artifacts if not Path(path).is_file()] == []

    start_s = time.monotonic()
    engine.stdin.close()
    assert engine.wait(timeout=5) == 0
    assert time.monotonic() - start_s < 1.5


def test_cancel_of_a_real_job_leaves_nothing(engine, tmp_path):
    engine.stdout.readline()
    say(engine, job_to_line(SceneJob(output=str(tmp_path / "scene"), size_px=2048)))
    assert json.loads(engine.stdout.readline())["kind"] == "progress"
    start_s = time.monotonic()
    say(engine, CANCEL_LINE)
    assert hear_until_end(engine)[-1] == {"kind": "canceled"}
    assert time.monotonic() - start_s < 1.8
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


SLOW_NUMPY = """
import os, sys, time
parent = os.getppid()
print("importing", file=sys.stderr, flush=True)
while os.getppid() == parent:
    time.sleep(0.01)
sys.path.remove(os.path.dirname(__file__))
del sys.modules["numpy"]
import numpy
"""


def test_engine_notices_that_its_host_died_during_the_import_of_torch(tmp_path):
    (tmp_path / "numpy.py").write_text(SLOW_NUMPY)
    reader, writer = os.pipe()  # we hold the writing end, as another child of the host would
    host = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import subprocess, sys, time\n"
            "subprocess.Popen([sys.executable, '-m', 'engine', 'serve'])\n"
            "time.sleep(60)",
        ],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(tmp_path), "OMP_NUM_THREADS": "1"},
        stdin=reader,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert host.stderr.readline() == "importing\n"
    host.kill()
    try:
        out, err = host.communicate(timeout=30)  # until the engine, which shares both, has gone
    finally:
        for descriptor in (reader, writer):
            os.close(descriptor)
    assert [json.loads(line)["kind"] for line in out.splitlines()] == ["hello"], err
