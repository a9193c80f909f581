"""Fuzz suites: cases run in a child, which is started again after a crash or a hang."""

import json
import queue
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass, field
from pathlib import Path

WORKER = Path(__file__).with_name("worker.py")
SLOW_S = 5.0  # of processor time for one case
HANGING_S = 60.0  # on the clock, also on a busy machine
LARGE_MB = 2000
LONGEST_SENTENCE = 2000  # characters


@dataclass
class Tally:
    """Outcomes of a suite."""

    suite: str
    cases: int = 0
    sentences: int = 0
    accepted: int = 0
    faults: list = field(default_factory=list)
    slowest_s: float = 0.0
    peak_mb: int = 0

    def add(self, done):
        """Count a finished case."""
        self.cases += 1
        self.slowest_s = max(self.slowest_s, done["seconds"])
        self.peak_mb = max(self.peak_mb, done["peak_mb"])
        if done["outcome"] == "sentence":
            self.sentences += 1
        elif done["outcome"] == "accepted":
            self.accepted += 1
        else:
            self._blame(done["number"], done["outcome"], done["text"])
        if done["seconds"] > SLOW_S:
            self._blame(done["number"], "slow", f"{done['seconds']} s")
        if done["length"] > LONGEST_SENTENCE:
            self._blame(done["number"], "long sentence", done["text"][:80])

    def lose(self, number, kind, text):
        """Count a case that ended its process."""
        self.cases += 1
        self._blame(number, kind, text)

    def _blame(self, number, kind, text):
        self.faults.append((kind, number, " ".join(text.split())[:200]))

    def of(self, kind):
        """Return the number of faults of a kind."""
        return sum(1 for each, *_ in self.faults if each == kind)


def fuzz(suite, count, first=0):
    """Run `count` cases of a suite and return their tally."""
    tally = Tally(suite)
    number = first
    while number < first + count:
        with tempfile.TemporaryDirectory() as folder:
            number = _run_until_fault(tally, number, first + count, folder)
    return tally


def _run_until_fault(tally, number, end, folder):
    """Run cases in one child and return the number of the next case."""
    command = [sys.executable, str(WORKER), tally.suite, str(number), str(end), folder]
    with (
        tempfile.TemporaryFile() as log,
        subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=log, stdin=subprocess.DEVNULL, text=True
        ) as child,
    ):
        lines = queue.Queue()
        threading.Thread(target=_forward, args=(child.stdout, lines), daemon=True).start()
        current, has_begun = number, False
        while True:
            try:
                line = lines.get(timeout=HANGING_S)
            except queue.Empty:
                child.kill()
                tally.lose(current, "hang", f"more than {HANGING_S:.0f} s")
                return current + 1
            if line is None:
                break
            done = json.loads(line)
            if "begin" in done:
                current, has_begun = done["begin"], True
                continue
            tally.add(done)
            current, has_begun = done["number"] + 1, False
        code = child.wait()
        if current < end and not has_begun and code:
            log.seek(0)
            raise RuntimeError(log.read().decode()[-2000:])
        if code:
            tally.lose(current, "crash", f"exit code {code}")
            current += 1
        return current


def _forward(stream, lines):
    for line in stream:
        lines.put(line)
    lines.put(None)
