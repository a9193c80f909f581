"""Labelings of a large image that are killed and go on."""

import hashlib
import re
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path

from orthoscribe.tests.chaos.mutations import generator
from orthoscribe.tests.chaos.processes import label_command, start_engine
from orthoscribe.tests.label_runs import write_label_scene

EDGE_PX = 4000
GOES_ON = re.compile(r"goes on where it was interrupted, with (\d+) % done")


def _hashes(folder):
    """Return the hashes of all results but the records, which have times and paths."""
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.iterdir())
        if path.suffix != ".json"
    }


def _run(command):
    run = start_engine(command)
    said = run.stderr.read()
    return said if run.wait() == 0 else f"failed: {said[-200:]}"


def resume_labeling(count):
    """Kill labelings at random moments and let them go on; return their number and the faults."""
    faults = []
    with tempfile.TemporaryDirectory() as name:
        folder = write_label_scene(Path(name) / "scene", EDGE_PX)
        whole, output = folder / "whole", folder / "out"
        start_s = time.monotonic()
        said = _run(label_command(folder, whole))
        if said.startswith("failed"):
            return 0, [said]
        took_s, expected = time.monotonic() - start_s, _hashes(whole)
        resumed = 0
        for number in range(count):
            shutil.rmtree(output, ignore_errors=True)
            run = start_engine(label_command(folder, output))
            time.sleep(took_s * generator("resume", number).random())
            run.send_signal(signal.SIGKILL)
            run.wait()
            was_begun = (output / ".orthoscribe-unfinished/blocks").exists()
            said = _run(label_command(folder, output))
            resumed += bool(GOES_ON.search(said))
            if was_begun and not GOES_ON.search(said):
                faults.append(f"kill {number}: it does not go on: {said[-200:]}")
            if _hashes(output) != expected:
                faults.append(f"kill {number}: other results")
            sys.stderr.write(f"kill {number}: {len(faults)} faults\n")
        sys.stderr.write(f"{resumed} of {count} went on; {took_s:.0f} s without a kill\n")
    return count, faults
