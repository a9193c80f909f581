"""Plain English: what docstrings, comments and messages of engine and plugin must not contain.

`python tests/architecture/test_docstrings.py` prints the findings per package; with the names of
packages, as `engine/raster plugin/dock`, it lists them.
"""

import ast
import io
import re
import sys
import textwrap
import tokenize
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parents[2]

# Packages without findings, as "engine/raster"; `engine/__main__.py` belongs to "engine".
CLEAN = (
    "engine",
    "engine/architectures",
    "engine/bench",
    "engine/cli",
    "engine/commands",
    "engine/comparison",
    "engine/datasets",
    "engine/evaluate",
    "engine/labeling",
    "engine/metrics",
    "engine/models",
    "engine/outputs",
    "engine/polygons",
    "engine/process",
    "engine/protocol",
    "engine/raster",
    "engine/scale",
    "engine/synthetic",
    "engine/tiling",
    "engine/training",
    "plugin",
    "plugin/algorithms",
    "plugin/dock",
    "plugin/engine_client",
    "plugin/layers",
    "plugin/styling",
    "plugin/widgets",
    "plugin/wizard",
)

SECTION = re.compile(r"(Args|Returns|Yields|Raises|Example|Examples|Note|Notes|Attributes):\s*\Z")
ENTRY = re.compile(r"(?P<name>\*{0,2}[\w.]+)(?: \([^)]*\))?:(?: |\Z)(?P<text>.*)\Z")

NO_NOUN_PHRASE = re.compile(
    r"(?:of|for|as|in|to|from|with|without|by|on|beside|at(?! least| most)"
    r"|the same"
    r"|it|its|they|them|their|this|that|these|those|which|who|whose|whom|what"
    r"|ones|one (?:that|which|is|after)"
    r"|is|are|was|were|be|been|has|have|had|do|does|did|can|cannot|may|must|will|would|should"
    r"|hears|tells|says|knows|asks)\b",
    re.IGNORECASE,
)
RIDDLE = re.compile(
    r"(?:(?:if|when|where) )?"
    r"(?:it|they|one|there|some|none|this|that|these|those)"
    r" (?:is|are|was|were|does|do|did|would|has|had|have)\b",
    re.IGNORECASE,
)
FEWEST_WORDS = 4  # of a `Raises:` entry
WORDS = re.compile(r"\b(?:somebody|nobody|whoever|metres)\b", re.IGNORECASE)
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
SAY_WHETHER = re.compile(r"\bsay whether\b", re.IGNORECASE)


class Finding(NamedTuple):
    """A wording that is not allowed."""

    line: int
    text: str
    rule: str


def findings(source):
    """Return the findings in the source text of a module, by line."""
    tree = ast.parse(source)
    found, docstrings = [], set()
    for node in ast.walk(tree):
        if isinstance(node, (ast.Module, ast.ClassDef, *FUNCTIONS)) and ast.get_docstring(node):
            literal = node.body[0].value
            docstrings.add(literal)
            found += _in_docstring(literal, is_function=isinstance(node, FUNCTIONS))
    for node in ast.walk(tree):
        is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
        if is_text and node not in docstrings and not _is_data(node.value):
            found += _words(node.value, node.lineno, "in a text")
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            found += _words(token.string, token.start[0], "in a comment")
    return sorted(found)


def _is_data(text):
    """Return whether a literal is one bare word, as the name of a unit that files may declare."""
    return not any(character.isspace() for character in text)


def _words(text, line, where):
    """Yield the words of a text that are not allowed."""
    for number, part in enumerate(text.split("\n")):
        for match in WORDS.finditer(part):
            word = match[0].lower()
            instead = "write 'meters'" if word == "metres" else "name who or what it is"
            yield Finding(line + number, part.strip(), f"'{match[0]}' {where}: {instead}")


def _in_docstring(literal, *, is_function):
    """Yield the findings in a docstring, a node of the syntax tree."""
    first = literal.lineno
    yield from _words(literal.value, first, "in a docstring")
    lines = literal.value.split("\n")
    for number, line in enumerate(lines):
        if SAY_WHETHER.search(line):
            yield Finding(first + number, line.strip(), "'Say whether': write 'Return whether'")
    if is_function and re.match(r"Say (?!whether)", lines[0]):
        yield Finding(first, lines[0].strip(), "begins with 'Say': write 'Return' or 'Log'")
    for section, number, text in _entries(lines):
        rule = _rule_broken(section, text)
        if rule:
            yield Finding(first + number, text, rule)


def _rule_broken(section, text):
    """Return which rule an entry breaks; empty: none."""
    if section in ("Args", "Returns"):
        match = NO_NOUN_PHRASE.match(text)
        if match:
            return f"{section} entry begins with '{match[0]}': begin with a noun"
    if section == "Raises":
        match = RIDDLE.match(text)
        if match:
            return f"Raises entry says '{match[0]}': name what it is about"
        if len(text.split()) < FEWEST_WORDS:
            return f"Raises entry has under {FEWEST_WORDS} words: state the condition"
    return ""


def _entries(lines):
    """Yield (section, line number from 0, text) of each entry of a Google docstring.

    The text of an entry is all of its lines as one. `Returns:` is one entry without a name.
    """
    section, start, parts = "", 0, []
    body = textwrap.dedent("\n".join(lines[1:])).split("\n")
    for number, line in enumerate([*body, "end"], 1):
        depth = len(line) - len(line.lstrip())
        goes_on = bool(line.strip()) and depth >= (4 if section == "Returns" else 8)
        if parts and not goes_on:
            yield section, start, " ".join(parts).strip()
            parts = []
        if parts:
            parts.append(line.strip())
        elif line.strip() and not depth:
            heading = SECTION.match(line)
            section = heading[1] if heading else ""
        elif line.strip() and section:
            named = ENTRY.match(line.strip())
            start = number
            parts = [named["text"] if named and section != "Returns" else line.strip()]


def modules():
    return sorted(path for folder in ("engine", "plugin") for path in (ROOT / folder).rglob("*.py"))


def package_of(path):
    """Return the package a module is counted in: engine/raster, or engine for its own modules."""
    parts = path.relative_to(ROOT).parts
    return "/".join(parts[: min(2, len(parts) - 1)])


def lines_of(path):
    """Return `file:line: entry` and the rule for each finding in a module."""
    name = path.relative_to(ROOT)
    return [
        f"{name}:{found.line}: {found.text}\n    {found.rule}"
        for found in findings(path.read_text(encoding="utf-8"))
    ]


def test_clean_packages_have_no_findings():
    found = [line for path in modules() if package_of(path) in CLEAN for line in lines_of(path)]
    assert not found, "\n".join(found)


def test_clean_packages_exist():
    assert set(CLEAN) <= {package_of(path) for path in modules()}


def docstring(section, entry):
    return f'def f(x):\n    """Return x.\n\n    {section}:\n        {entry}\n    """\n'


@pytest.mark.parametrize(
    "source",
    [
        docstring("Args", "card: of the model."),
        docstring("Args", "size_px: for a tile."),
        docstring("Args", "other: the same for labels."),
        docstring("Args", "path: it exists."),
        docstring("Args", "is_open: is it open."),
        docstring("Args", "x (int): of the model."),
        docstring("Args", "good: a number.\n        *bad: of the others."),
        docstring("Args", "bad:\n            of the others."),
        docstring("Returns", "of each class the area."),
        docstring("Raises", "InputError: it would."),
        docstring("Raises", "InputError: it is not a raster of three bands."),
        docstring("Raises", "ModelError: if there is none for these bands."),
        docstring("Raises", "JobCanceled: somebody asked the job to stop."),
        docstring("Raises", "TypeError: wrong type."),
        'def f():\n    """Say whether it is open."""\n',
        'def f():\n    """Say what was written."""\n',
        'class A:\n    @property\n    def f(self):\n        """Say whether it is open."""\n',
        '"""Files that nobody reads."""\n',
        "x = 1  # whoever comes first\n",
        'x = "Heights are in metres."\n',
        'x = f"{y} is known to nobody."\n',
        'x = f"{y} metres"\n',
    ],
)
def test_findings(source):
    assert len({found.line for found in findings(source)}) == 1


@pytest.mark.parametrize(
    "source",
    [
        docstring("Args", "card: card of the model."),
        docstring("Args", "itself: offset of the window."),
        docstring("Args", "is_open: whether the file is open."),
        docstring("Args", "size_px: edge of a tile,\n            of even length."),
        docstring("Args", "threads: at least one thread."),
        docstring("Args", "survey: one of `SURVEYS`."),
        docstring("Returns", "Codes (h, w), uint8:\n        of the land classes."),
        docstring("Raises", "InputError: if the file is no raster."),
        docstring("Raises", "JobCanceled: if the job\n            was canceled."),
        'def f():\n    """Return whether it is open.\n\n    As: of nothing.\n    """\n',
        'UNITS = {"metres": 1.0}\n',
        'x = "meters"\n',
    ],
)
def test_no_findings(source):
    assert findings(source) == []


def report(packages):
    """Return the findings of some packages, or without any the number of findings of each."""
    if packages:
        return [
            line for path in modules() if package_of(path) in packages for line in lines_of(path)
        ]
    counts = Counter()
    for path in modules():
        counts[package_of(path)] += len(lines_of(path))
    rows = [f"{count:5}  {name}" for name, count in sorted(counts.items())]
    return [*rows, f"{counts.total():5}  all"]


if __name__ == "__main__":
    sys.stdout.write("\n".join(report(sys.argv[1:])) + "\n")
