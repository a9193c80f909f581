# SPDX-License-Identifier: GPL-2.0-or-later
"""Parser of the command line; importing it does not import torch."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any, NoReturn

from ..protocol import (
    DEVICES,
    JOB_TYPES,
    FinetuneJob,
    LabelJob,
    SceneJob,
    installed_cards,
    offered_by_paper,
    ranges_text,
)
from .exit_codes import MISUSED
from .flags import add_flags

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..protocol import Job

MOST_CHANNELS = 1000


class Parser(argparse.ArgumentParser):
    """Argument parser with errors in one line, without usage, that does not abbreviate flags."""

    def __init__(self, **keywords: Any) -> None:
        super().__init__(allow_abbrev=False, **keywords)

    def error(self, message: str) -> NoReturn:
        """Print the error in the command line and exit with `MISUSED`."""
        self.exit(MISUSED, f"{self.prog}: error: {message}\nSee '{self.prog} --help'.\n")


def build_parser() -> Parser:
    """Return the parser of the whole command line, which stores the verb in `verb`."""
    parser = Parser(
        prog="python -m engine", description="Land cover from aerial imagery and heights."
    )
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    for job_type in JOB_TYPES:
        summary = (job_type.__doc__ or job_type.kind).partition("\n")[0]
        verb = verbs.add_parser(job_type.kind, help=summary, description=summary)
        add_flags(verb, job_type)
        if job_type in EPILOGS:
            verb.formatter_class = argparse.RawDescriptionHelpFormatter
            verb.epilog = EPILOGS[job_type]()
    _add_plan(verbs)
    _add_run(verbs)
    _add_architectures(verbs)
    _add_models(verbs)
    _add_stop(verbs)
    _add_self_test(verbs)
    summary = "Run jobs given as lines on standard input and write events to standard output."
    verbs.add_parser("serve", help=summary, description=summary)
    return parser


def _offer() -> str:
    """Return a list of the architectures by paper, with their available models."""
    lines = ["architectures by paper, and the models for --model:"]
    for paper, offers in offered_by_paper(installed_cards()).items():
        lines += ["", paper]
        lines += [f"  {offer.row.name:26}{offer.line}" for offer in offers]
    return "\n".join(lines)


def _finetune_advice() -> str:
    return """\
several scenes:
  Each further --image begins another scene: --image a.tif --dsm a_dsm.tif --labels a.gpkg
  --image b.tif --dsm b_dsm.tif --labels b.gpkg. What is not given again is as for the first scene,
  except for heights.

end it early:
  Ctrl+C cancels; the same command resumes the training. To end it now and keep the best so far, run
  'python -m engine stop OUTPUT' in another shell."""


EPILOGS: dict[type[Job], Callable[[], str]] = {
    LabelJob: _offer,
    SceneJob: ranges_text,
    FinetuneJob: _finetune_advice,
}


def _add_plan(verbs: Any) -> None:
    summary = "Predict parts, hours, memory and disk of a label job, from one part labeled here."
    verb = verbs.add_parser("plan", help=summary, description=summary)
    add_flags(verb, LabelJob)
    verb.add_argument("--json", action="store_true", help="print JSON instead of a table")


def _add_run(verbs: Any) -> None:
    summary = "Run the job of a job.json again."
    verb = verbs.add_parser("run", help=summary, description=summary)
    verb.add_argument("job_file", metavar="JOB.json", help="job file, as written next to results")


def _add_architectures(verbs: Any) -> None:
    summary = "List the network architectures."
    verb = verbs.add_parser("architectures", help=summary, description=summary)
    verb.add_argument("--bands", type=_count, default=4, help="input channels (default: 4)")
    verb.add_argument("--classes", type=_count, default=5, help="land classes (default: 5)")
    verb.add_argument("--json", action="store_true", help="print JSON instead of a table")


# Summary and arguments of each change to the library, with their help texts.
CHANGES: dict[str, tuple[str, dict[str, str]]] = {
    "rename": ("Rename a model.", {"name": "present name", "new_name": "new name"}),
    "note": ("Write a note into the card of a model.", {"name": "model", "text": "note"}),
    "delete": ("Delete a model from the disk.", {"name": "model"}),
    "export": ("Write a model to a zip.", {"name": "model", "zip": "file to write"}),
    "import": ("Add the model of a zip.", {"zip": "file, as written by 'export'"}),
}


def _add_models(verbs: Any) -> None:
    summary = "List the installed models, or change your own ones."
    verb = verbs.add_parser("models", help=summary, description=summary)
    verb.add_argument("--json", action="store_true", help="print JSON instead of a table")
    changes = verb.add_subparsers(dest="change", metavar="CHANGE")
    for name, (text, arguments) in CHANGES.items():
        change = changes.add_parser(name, help=text, description=text)
        for argument, explanation in arguments.items():
            change.add_argument(argument, metavar=argument.upper(), help=explanation)
        if name == "import":
            change.add_argument("--name", default="", help="name of the model (default: its own)")


def _add_stop(verbs: Any) -> None:
    summary = "End a running fine-tuning now, which keeps the best so far."
    verb = verbs.add_parser("stop", help=summary, description=summary)
    verb.add_argument(
        "output", metavar="OUTPUT", help="its output folder, or the name of its model"
    )


def _add_self_test(verbs: Any) -> None:
    summary = "Compare a convolution on the device with one on the processor, and print JSON."
    verb = verbs.add_parser("self-test", help=summary, description=summary)
    verb.add_argument(
        "--device", choices=DEVICES, default="auto", help="device to test (default: auto)"
    )


def _count(text: str) -> int:
    count = int(text)
    if not 1 <= count <= MOST_CHANNELS:
        raise argparse.ArgumentTypeError(f"{text} is not between 1 and {MOST_CHANNELS}")
    return count


# argparse uses the name of the function in its message: "invalid count value".
_count.__name__ = "count"
