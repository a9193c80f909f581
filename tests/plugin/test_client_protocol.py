# SPDX-License-Identifier: GPL-2.0-or-later
"""The plugin's view of the protocol."""

import ast
from pathlib import Path

from orthoscribe.engine import protocol as engine_protocol
from orthoscribe.plugin import protocol

PLUGIN = Path(protocol.__file__).parent


def test_protocol_passes_on_what_the_plugin_uses_and_no_more():
    used = {
        alias.name
        for path in PLUGIN.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ImportFrom) and node.level and node.module == "protocol"
        for alias in node.names
    }
    assert set(protocol.__all__) == used


def test_protocol_passes_on_the_very_objects_of_the_engine():
    for name in protocol.__all__:
        assert getattr(protocol, name) is getattr(engine_protocol, name)
