# SPDX-License-Identifier: GPL-2.0-or-later
"""A stand-in for a Python interpreter, as the installer uses one: probe, venv, pip, self-test.

The tests write it with a shebang to where an interpreter is expected. The environment tells it
how to behave: ORTHOSCRIBE_STUB_PIP and ORTHOSCRIBE_STUB_TEST (or ORTHOSCRIBE_STUB_TEST_CUDA for
one device) are `ok`, `hang`, or the words to fail with; ORTHOSCRIBE_STUB_NOTES is a file that every
call is written to, ORTHOSCRIBE_STUB_LOG what pip writes to its detailed log.
"""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve()
HANG = [sys.executable, "-c", "import time; time.sleep(60)"]


def say(text):
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def probe(version):
    say(json.dumps([str(HERE), version, True, True]))


def make_venv(folder):
    (folder / "bin").mkdir()
    (folder / "bin" / "python").symlink_to(HERE)


def behave(manner):
    if manner == "hang":
        subprocess.Popen(HANG)
        time.sleep(60)
    elif manner != "ok":
        say(manner)
        sys.exit(1)


def install():
    interpreter = Path(sys.argv[0])
    library = interpreter.parents[1] / "lib" / "torch.py"
    library.parent.mkdir(exist_ok=True)
    library.write_text("torch = 1\n" * 100_000)
    say("Collecting torch==2.13.0\nInstalling collected packages: torch")
    time.sleep(float(os.environ.get("ORTHOSCRIBE_STUB_PAUSE", "0")))
    if log := os.environ.get("ORTHOSCRIBE_STUB_LOG"):
        Path(os.environ["PIP_LOG"]).write_text(log)
    behave(os.environ.get("ORTHOSCRIBE_STUB_PIP", "ok"))


def note_file(path):
    if notes := os.environ.get("ORTHOSCRIBE_STUB_NOTES"):
        Path(f"{notes}.torch").write_text(path.read_text())


def main():
    words = sys.argv[1:]
    if notes := os.environ.get("ORTHOSCRIBE_STUB_NOTES"):
        with Path(notes).open("a") as file:
            file.write(json.dumps({"words": words, "environment": dict(os.environ)}) + "\n")
    if "-c" in words:
        probe([3, 11])
    elif "venv" in words:
        make_venv(Path(words[-1]))
    elif "pip" in words and words[-1].endswith("torch.txt"):
        note_file(Path(words[-1]))
    elif "pip" in words:
        install()
    elif "self-test" in words:
        on_device = "ORTHOSCRIBE_STUB_TEST_" + words[-1].upper()
        behave(os.environ.get(on_device) or os.environ.get("ORTHOSCRIBE_STUB_TEST", "ok"))
        say("torch works")


main()
