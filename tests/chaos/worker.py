"""Program that tries cases of a suite and prints one line of JSON before and after each.

Arguments: suite, number of the first case, number after the last case, folder.
"""

import json
import os
import resource
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import conftest  # noqa: F401 (loads the package `orthoscribe`)
from orthoscribe.engine.process.environment import drop_foreign_settings
from orthoscribe.engine.process.gdal_options import set_gdal_options

drop_foreign_settings()
set_gdal_options()

import torch  # noqa: E402
from orthoscribe.engine.protocol import OrthoscribeError  # noqa: E402
from orthoscribe.tests.chaos.suites import SUITES, SilentError  # noqa: E402


def outcome_of(suite, number):
    """Try a case and return its outcome and the text of its error."""
    try:
        suite.attempt(number)
    except OrthoscribeError as error:
        return "sentence", str(error)
    except SilentError as error:
        return "silent", str(error)
    except BaseException as error:
        return "foreign", f"{type(error).__name__}: {error}{_place(error)}"
    return "accepted", ""


def _place(error):
    """Return file and line of the engine's innermost frame of an error."""
    trace, place = error.__traceback__, ""
    while trace is not None:
        file = trace.tb_frame.f_code.co_filename
        if "/engine/" in file:
            place = f" ({file.rpartition('/engine/')[2]}:{trace.tb_lineno})"
        trace = trace.tb_next
    return place


def main(name, first, end, folder):
    """Try the cases and print their outcomes."""
    out = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    torch.set_num_threads(1)
    os.chdir(folder)
    suite = SUITES[name](Path(folder))
    for number in range(int(first), int(end)):
        out.write(json.dumps({"begin": number}) + "\n")
        start_s = time.process_time()
        outcome, text = outcome_of(suite, number)
        done = {
            "number": number,
            "outcome": outcome,
            "text": text[:300],
            "length": len(text),
            "seconds": round(time.process_time() - start_s, 2),
            "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        }
        out.write(json.dumps(done) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
