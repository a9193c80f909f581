# SPDX-License-Identifier: GPL-2.0-or-later
"""A stand-in for a Python interpreter, as the installer uses one: probe, venv, pip, self-test.

The tests write it with a shebang to where an interpreter is expected. The environment tells it
how to behave: ORTHOSCRIBE_STUB_PIP and ORTHOSCRIBE_STUB_TEST are `ok`, `hang`, or the words to
fail with; ORTHOSCRIBE_STUB_NOTES is a file that every call is written to.
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
    behave(os.environ.get("ORTHOSCRIBE_STUB_PIP", "ok"))


def main():
    words = sys.argv[1:]
    if notes := os.environ.get("ORTHOSCRIBE_STUB_NOTES"):
        with Path(notes).open("a") as file:
            file.write(json.dumps({"words": words, "environment": dict(os.environ)}) + "\n")
    if "-c" in words:
        probe([3, 11])
    elif "venv" in words:
        make_venv(Path(words[-1]))
    elif "pip" in words and "--index-url" in words:
        sys.exit(1)  # PyTorch's own index cannot be reached
    elif "pip" in words:
        install()
    elif "self-test" in words:
        behave(os.environ.get("ORTHOSCRIBE_STUB_TEST", "ok"))
        say("torch works")


main()
