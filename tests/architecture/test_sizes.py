"""Small pieces: no module over 300 lines, no function over 60, and no drawer without a name."""

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MODULES = sorted(path for folder in ("engine", "plugin") for path in (ROOT / folder).rglob("*.py"))
VAGUE = {"utils", "helpers", "common", "misc", "manager", "data", "info"}


def test_no_module_is_over_300_lines():
    lines = {path.relative_to(ROOT): path.read_text().count("\n") for path in MODULES}
    assert {path: count for path, count in lines.items() if count > 300} == {}


def test_no_function_is_over_60_lines():
    too_long = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        and node.end_lineno - node.lineno + 1 > 60
    ]
    assert too_long == []


def test_every_module_says_its_idea():
    silent = [
        str(path.relative_to(ROOT))
        for path in MODULES
        if not ast.get_docstring(ast.parse(path.read_text()))
    ]
    assert silent == []


def test_every_module_names_its_license():
    first = "# SPDX-License-Identifier: GPL-2.0-or-later"
    assert [str(p.relative_to(ROOT)) for p in MODULES if not p.read_text().startswith(first)] == []


def test_names_say_something():
    assert [str(p.relative_to(ROOT)) for p in MODULES if p.stem in VAGUE] == []


def test_no_module_is_executable():
    executable = [str(p.relative_to(ROOT)) for p in MODULES if p.stat().st_mode & 0o111]
    assert executable == []
