"""The protocol that the plugin imports is the engine's."""

import ast
from pathlib import Path

import pytest
from orthoscribe.engine import protocol as engine_protocol
from orthoscribe.plugin import protocol

PLUGIN = Path(protocol.__file__).parent
USED = {
    alias.name
    for path in PLUGIN.rglob("*.py")
    for node in ast.walk(ast.parse(path.read_text()))
    if isinstance(node, ast.ImportFrom) and node.level and node.module == "protocol"
    for alias in node.names
}


@pytest.mark.parametrize("name", sorted(USED))
def test_protocol_passes_on_the_very_objects_of_the_engine(name):
    assert getattr(protocol, name) is getattr(engine_protocol, name)


def test_public_names_of_the_protocol_come_from_its_own_modules():
    """The list of imports is the list of public names, so it must not bring anything foreign."""
    tree = ast.parse(Path(engine_protocol.__file__).read_text())
    imports = [node for node in tree.body if isinstance(node, ast.ImportFrom)]
    names = [alias.name for node in imports if node.level == 1 for alias in node.names]
    assert len(names) == len(set(names))
    assert set(names) >= USED
    assert {node.module for node in imports if node.level != 1} == {"__future__"}
