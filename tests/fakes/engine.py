# SPDX-License-Identifier: GPL-2.0-or-later
"""A stand-in for the engine: replays a transcript, or dies on cue. Standard library only.

    python engine.py --replay label_finished.jsonl --pause 0.1 --kill-at 4

It greets (the transcript's `hello`), waits for a job line, then says the rest line by line. Like
the engine it stops on a cancel line with a `canceled` event and ends at the end of its stdin,
unless it is told to be deaf. Line numbers count the transcript's lines from 0.
"""

import argparse
import json
import os
import signal
import sys
import threading
import time
from pathlib import Path

TRANSCRIPTS = Path(__file__).resolve().parents[1] / "transcripts"


def parse_arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--replay", default="label_finished.jsonl", help="file in transcripts/")
    parser.add_argument("--pause", type=float, default=0.0, help="seconds before each line")
    parser.add_argument("--kill-at", type=int, help="kill -9 itself before this line")
    parser.add_argument("--exit-at", type=int, help="exit silently before this line")
    parser.add_argument("--exit-code", type=int, default=0)
    parser.add_argument("--hang-at", type=int, help="say nothing from this line on")
    parser.add_argument("--deaf", action="store_true", help="ignore cancel lines and SIGTERM")
    parser.add_argument("--flood-mb", type=int, default=0, help="write this much to stderr first")
    parser.add_argument("--garbage", action="store_true", help="write rubbish between the lines")
    parser.add_argument("--protocol", type=int, help="claim to speak this protocol")
    parser.add_argument("--child", action="store_true", help="start a child that holds the pipes")
    parser.add_argument("--record", help="append what it was told to this file")
    return parser.parse_args()


class FakeEngine:
    def __init__(self, options):
        self.options = options
        text = (TRANSCRIPTS / options.replay).read_text()
        self.lines = text.splitlines(keepends=True)
        self.job = threading.Event()
        self.canceled = threading.Event()

    def run(self):
        self.flood()
        if self.options.deaf:
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
        if self.options.child:
            hold = "import time; time.sleep(30)"
            os.spawnv(os.P_NOWAIT, sys.executable, [sys.executable, "-c", hold])
        threading.Thread(target=self.listen, daemon=True).start()
        for number, line in enumerate(self.lines):
            self.say(number, line)
            if number == 0:
                self.job.wait()
            if self.canceled.is_set() and not self.options.deaf:
                self.write('{"kind": "canceled"}\n')
                break
        self.die_on_cue(len(self.lines))
        threading.Event().wait(30)  # kept warm until stdin ends

    def die_on_cue(self, number):
        if number == self.options.kill_at:
            os.kill(os.getpid(), signal.SIGKILL)
        if number == self.options.exit_at:
            os._exit(self.options.exit_code)

    def say(self, number, line):
        time.sleep(self.options.pause)
        self.die_on_cue(number)
        if number == self.options.hang_at:
            (threading.Event() if self.options.deaf else self.canceled).wait(60)
            return
        if self.options.garbage:
            self.write('GDAL warns!\n\n{"kind": "prog\n[1, 2]\n{"kind": "progress"}\n')
            sys.stdout.buffer.write(b"\xff\xfe\x00 not text\n" + b"x" * 3_000_000 + b"\n")
        if number == 0 and self.options.protocol is not None:
            line = json.dumps({**json.loads(line), "protocol": self.options.protocol}) + "\n"
        self.write(line)

    def listen(self):
        for line in sys.stdin:
            self.record(line)
            if json.loads(line)["kind"] == "cancel":
                self.canceled.set()
            else:
                self.job.set()
        os._exit(0)  # the host is gone

    def record(self, line):
        if self.options.record:
            place = {"pid": os.getpid(), "folder": str(Path.cwd()), "environment": dict(os.environ)}
            with Path(self.options.record).open("a") as notes:
                notes.write(json.dumps({**place, "told": json.loads(line)}) + "\n")

    def flood(self):
        for _ in range(self.options.flood_mb):
            os.write(2, b"noise of a library\n" * 50_000)
        os.write(2, b"the last words\n")

    def write(self, text):
        sys.stdout.write(text)
        sys.stdout.flush()


if __name__ == "__main__":
    FakeEngine(parse_arguments()).run()
