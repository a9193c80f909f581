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
    parser.add_argument("--hosted", action="store_true", help="replay for every job line")
    parser.add_argument("--kill-in-job", type=int, help="the only job in which --kill-at counts")
    parser.add_argument("--hang-in-job", type=int, help="the only job in which --hang-at counts")
    parser.add_argument("--fail", help="end every job with a failure for this reason")
    parser.add_argument("--mark-start", help="append the process ID to this file at the start")
    return parser.parse_args()


class FakeEngine:
    def __init__(self, options):
        self.options = options
        text = (TRANSCRIPTS / options.replay).read_text()
        self.lines = text.splitlines(keepends=True)
        self.job = threading.Event()
        self.canceled = threading.Event()
        self.number_of_job = 0

    def run(self):
        if self.options.mark_start:
            with Path(self.options.mark_start).open("a") as starts:
                starts.write(f"{os.getpid()}\n")
        self.flood()
        if self.options.deaf:
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
        if self.options.child:
            hold = "import time; time.sleep(30)"
            os.spawnv(os.P_NOWAIT, sys.executable, [sys.executable, "-c", hold])
        threading.Thread(target=self.listen, daemon=True).start()
        self.say(0, self.lines[0])
        self.run_job()
        while self.options.hosted:
            self.run_job()
        self.die_on_cue(len(self.lines))
        threading.Event().wait(30)  # kept warm until stdin ends

    def run_job(self):
        self.job.wait()
        self.job.clear()
        self.canceled.clear()
        self.number_of_job += 1
        if self.options.hosted:
            os.write(2, f"job {self.number_of_job}\n".encode())
        for number, line in enumerate(self.lines[1:], start=1):
            if self.is_ended_early(number):
                return
            self.say(number, line)
        self.is_ended_early(len(self.lines))

    def is_ended_early(self, number):
        if self.canceled.is_set() and not self.options.deaf:
            self.write('{"kind": "canceled"}\n')
        elif self.options.fail and number == 3:
            end = {"kind": "failed", "reason": self.options.fail, "message": "It failed."}
            self.write(json.dumps(end) + "\n")
        else:
            return False
        return True

    def die_on_cue(self, number):
        if number == self.options.kill_at and self.is_job(self.options.kill_in_job):
            os.kill(os.getpid(), signal.SIGKILL)
        if number == self.options.exit_at:
            os._exit(self.options.exit_code)

    def is_job(self, number):
        return number in (None, self.number_of_job)

    def say(self, number, line):
        time.sleep(self.options.pause)
        self.die_on_cue(number)
        if number == self.options.hang_at and self.is_job(self.options.hang_in_job):
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
            kind = json.loads(line)["kind"]
            if kind == "cancel":
                self.canceled.set()
            elif kind != "stop":
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
