"""The documents name files that exist."""

import configparser
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
# `engine/raster/grid.py` or `engine/raster`, but no pattern as `engine/commands/<kind>.py`.
OURS = re.compile(r"`((?:engine|plugin|tests|docs)/[\w./-]+)`")
LINK = re.compile(r"\]\(([\w./-]*)(#[\w-]+)?\)")
ADDRESS = re.compile(r"https?://[^\s)>\"'`]+")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
CODE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


def named_paths(document):
    """Return the paths that a document names, in backquotes and in links."""
    text = document.read_text(encoding="utf-8")
    paths = [ROOT / name for name in OURS.findall(text)]
    paths += [document.parent / name for name, _ in LINK.findall(text)]
    return paths


def anchors_of(document):
    """Return the anchors of the headings of a document, as GitHub makes them."""
    headings = HEADING.findall(CODE.sub("", document.read_text(encoding="utf-8")))
    return {"#" + re.sub(r"[^\w\- ]", "", each.lower()).replace(" ", "-") for each in headings}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_paths_in_documents_exist(document):
    missing = [str(path.relative_to(ROOT)) for path in named_paths(document) if not path.exists()]
    assert missing == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_linked_headings_exist(document):
    links = LINK.findall(document.read_text(encoding="utf-8"))
    anchors = {
        name + mark: anchors_of(document.parent / name if name else document)
        for name, mark in links
        if mark
    }
    missing = [link for link, known in anchors.items() if "#" + link.split("#")[1] not in known]
    assert missing == []


def test_addresses_are_encrypted_and_ours_are_those_of_the_metadata():
    metadata = configparser.ConfigParser()
    metadata.read(ROOT / "metadata.txt", encoding="utf-8")
    repository = metadata["general"]["repository"]
    found = [
        address
        for document in [*DOCUMENTS, ROOT / "metadata.txt"]
        for address in ADDRESS.findall(document.read_text(encoding="utf-8"))
    ]
    assert repository in found
    assert [each for each in found if not each.startswith("https://")] == []
    ours = [each for each in found if "orthoscribe" in each]
    assert [each for each in ours if not each.startswith(repository)] == []


def test_documents_name_paths():
    assert sum(len(named_paths(document)) for document in DOCUMENTS) > 20
