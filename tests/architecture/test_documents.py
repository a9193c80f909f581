"""The documents name files that exist."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
# `engine/raster/grid.py` or `engine/raster`, but no pattern as `engine/commands/<kind>.py`.
OURS = re.compile(r"`((?:engine|plugin|tests|docs)/[\w./-]+)`")
LINK = re.compile(r"\]\(([\w./-]+)\)")


def named_paths(document):
    """Return the paths that a document names, in backquotes and in links."""
    text = document.read_text(encoding="utf-8")
    paths = [ROOT / name for name in OURS.findall(text)]
    paths += [document.parent / name for name in LINK.findall(text)]
    return paths


@pytest.mark.skipif(
    not (ROOT / "engine" / "cli").is_dir(), reason="the documents name the rooms' new folders"
)
@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_paths_in_documents_exist(document):
    missing = [str(path.relative_to(ROOT)) for path in named_paths(document) if not path.exists()]
    assert missing == []


def test_documents_name_paths():
    assert sum(len(named_paths(document)) for document in DOCUMENTS) > 20
