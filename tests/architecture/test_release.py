"""Name, version and changelog agree; metadata.txt is what the plugin repository accepts."""

import ast
import configparser
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def metadata():
    parser = configparser.ConfigParser(interpolation=None)
    parser.optionxform = str
    parser.read_string((ROOT / "metadata.txt").read_text(encoding="utf-8"))
    return dict(parser["general"])


def test_metadata_has_every_required_key():
    required = {
        "name", "description", "version", "qgisMinimumVersion", "author", "email", "about",
        "tracker", "repository",
    }  # fmt: skip
    assert required <= metadata().keys()


def test_metadata_registers_the_provider():
    assert metadata()["hasProcessingProvider"] == "yes"


def test_versions_agree():
    version = metadata()["version"]
    assert re.fullmatch(r"\d+\.\d+\.\d+", version)
    tree = ast.parse((ROOT / "engine" / "__init__.py").read_text())
    engine = next(ast.literal_eval(n.value) for n in tree.body if isinstance(n, ast.Assign))
    assert engine == version
    newest = re.search(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE).group(1)
    assert newest == version
    assert metadata()["changelog"].startswith(version)


def test_icon_exists():
    assert (ROOT / metadata()["icon"]).is_file()
