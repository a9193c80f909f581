"""Engines that are killed, whose disk is full, or that hear nonsense."""

import contextlib
import hashlib
import json
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from orthoscribe.engine.outputs.leftovers import clear_leftovers
from orthoscribe.engine.protocol import UNFINISHED, LabelJob, SceneJob, job_to_line
from orthoscribe.tests.chaos.mutations import damaged_json, generator
from orthoscribe.tests.scenes import hills, speckle, write_raster

ROOT = Path(__file__).resolve().parents[2]
PUBLISHER = ROOT / "tests" / "killed_publisher.py"
EDGE_PX = 700
DISK_KB = 64_000
FREE_KB = (40, 150, 300, 600, 1000, 1500, 2000, 3000)
ANSWER_S = 60.0


def label_command(folder, output):
    """Return the command that labels the image in a folder."""
    words = ["--image", folder / "image.tif", "--dsm", folder / "dsm.tif", "--model", "light"]
    words += ["--threads", 1, "--device", "cpu", "--output", output]
    return [sys.executable, "-m", "engine", "label", *map(str, words)]


def start_engine(command):
    """Start an engine whose messages are read from `stderr`."""
    return subprocess.Popen(
        command,
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
    )


def _scene(folder):
    write_raster(folder / "image.tif", speckle(3, EDGE_PX, EDGE_PX))
    write_raster(folder / "dsm.tif", hills(EDGE_PX, EDGE_PX).astype(np.float32))


def _state(folder):
    """Return the hashes of the visible files in a folder; times differ between records."""
    files = [path for path in sorted(folder.iterdir()) if not path.name.startswith(".")]
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in files
        if path.is_file() and path.suffix != ".json"
    }


def _hidden(folder):
    return [path.name for path in folder.iterdir() if path.name.startswith(".")]


def kill_labeling(count):
    """Kill a labeling at random moments; return the number of kills and the faults."""
    faults = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _scene(folder)
        start_s = time.monotonic()
        whole = start_engine(label_command(folder, folder / "old"))
        if whole.wait() != 0:
            return 0, [whole.stderr.read()[-200:]]
        took_s, old = time.monotonic() - start_s, _state(folder / "old")
        for number in range(count):
            output = folder / f"out{number}"
            shutil.copytree(folder / "old", output)
            run = start_engine(label_command(folder, output))
            time.sleep(took_s * generator("kill", number).random())
            run.send_signal(signal.SIGKILL)
            run.wait()
            clear_leftovers(output)
            if _state(output) != old:
                faults.append(f"kill {number}: results changed")
            if left := [name for name in _hidden(output) if name != UNFINISHED]:
                faults.append(f"kill {number}: {left} stay")
            json.loads((output / "report.json").read_text())
            shutil.rmtree(output)
    return count, faults


def kill_publication():
    """Kill a publication before each of its file operations; return the number and the faults."""
    old = {"classes.tif": "old", "elsewhere/polygons.gpkg": "old"}
    new = dict.fromkeys(
        ("classes.tif", "classes.qml", "report.json", "elsewhere/polygons.gpkg"), "new"
    )
    faults = []
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        for file, text in old.items():
            (root / "start" / file).parent.mkdir(parents=True, exist_ok=True)
            (root / "start" / file).write_text(text)
        subprocess.run([sys.executable, PUBLISHER, root], check=True)
        folders = [each for each in root.iterdir() if each.name.isdecimal()]
        for folder in folders:
            clear_leftovers(folder)
            clear_leftovers(folder / "elsewhere")
            found = {
                path.relative_to(folder).as_posix(): path.read_text()
                for path in folder.rglob("*")
                if path.is_file()
            }
            if found not in (old, new):
                faults.append(f"operation {folder.name}: {found}")
    return len(folders), faults


def fill_disk():
    """Label onto a disk that is nearly full, and make room when the engine asks for it.

    Return the number of runs and the faults. It needs the right to mount; without it the number
    is 0.
    """
    faults = []
    with tempfile.TemporaryDirectory() as name, contextlib.ExitStack() as mounts:
        folder = Path(name)
        _scene(folder)
        for free_kb in FREE_KB:
            disk = folder / f"disk{free_kb}"
            disk.mkdir()
            mount = ["mount", "-t", "tmpfs", "-o", f"size={DISK_KB}k", "tmpfs", str(disk)]
            if subprocess.run(mount, capture_output=True, check=False).returncode:
                return 0, []
            mounts.callback(subprocess.run, ["umount", str(disk)], check=False)
            (disk / "notes.txt").write_text("kept")
            filler = disk / "filler"
            filler.write_bytes(bytes((DISK_KB - free_kb - 8) * 1024))
            run = start_engine(label_command(folder, disk / "out"))
            said = ""
            for line in run.stderr:
                said += line
                if "is full: free about" in line:
                    filler.unlink(missing_ok=True)
            if run.wait() != 0 or not (disk / "out" / "classes.tif").is_file():
                faults.append(f"{free_kb} KB: {said[-200:]}")
            elif (disk / "notes.txt").read_text() != "kept" or _hidden(disk / "out"):
                faults.append(f"{free_kb} KB: {_hidden(disk / 'out')}")
    return len(FREE_KB), faults


def send_nonsense(count):
    """Send odd lines to one engine, then a job; return the number of lines and the faults."""
    faults = []
    with tempfile.TemporaryDirectory() as name:
        engine = subprocess.Popen(
            [sys.executable, "-m", "engine", "serve"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        engine.stdout.readline()
        label = json.loads(job_to_line(LabelJob(image="a.tif", output="b")))
        lines = [
            b"[" * 100_000,
            b'{"kind": "label", "image": "' + b"a" * 50_000_000 + b'"}',
            b'{"kind": ' + b"1" * 5000 + b"}",
            b"\xff\xfe\0\x80",
            b'{"kind": "label", "image": "\\ud800"}',
            *(
                damaged_json(label, generator("lines", number))
                .translate({10: " ", 13: " "})
                .encode()
                for number in range(count)
            ),
        ]
        job = job_to_line(SceneJob(output=str(Path(name) / "scene"), size_px=64)).encode()
        for line in (*lines, job):
            if not line.decode("utf-8", "replace").strip():
                continue  # a blank line gets no answer
            start_s = time.monotonic()
            engine.stdin.write(line + b"\n")
            engine.stdin.flush()
            end = _last_event(engine)
            if end is None:
                faults.append(f"{line[:60]}: the engine ended")
                break
            if end.get("reason") == "bug" or len(end.get("message", "")) > 1000:
                faults.append(f"{line[:60]}: {end['message'][:100]}")
            if time.monotonic() - start_s > ANSWER_S:
                faults.append(f"{line[:60]}: {time.monotonic() - start_s:.0f} s")
        if not faults and end["kind"] != "finished":
            faults.append(f"the job after it: {end}")
        engine.stdin.close()
        engine.wait(timeout=ANSWER_S)
    return len(lines), faults


def _last_event(engine):
    """Return the terminal event of a line, or None if the engine has ended."""
    while line := engine.stdout.readline():
        event = json.loads(line)
        if event["kind"] in ("finished", "failed", "canceled"):
            return event
    return None
