"""Load the repository root as the package `orthoscribe`, under that one identity.

The root is taken off `sys.path`, or every module could be imported twice under two names.
"""

import importlib.util
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def _load_root() -> None:
    sys.path[:] = [entry for entry in sys.path if entry and Path(entry).resolve() != ROOT]
    if "orthoscribe" in sys.modules:
        return
    spec = importlib.util.spec_from_file_location(
        "orthoscribe", ROOT / "__init__.py", submodule_search_locations=[str(ROOT)]
    )
    module = importlib.util.module_from_spec(spec)
    sys.modules["orthoscribe"] = module
    spec.loader.exec_module(module)


_load_root()
