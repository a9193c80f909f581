# SPDX-License-Identifier: GPL-2.0-or-later
"""The sentences about an engine that died."""

import pytest
from orthoscribe.plugin.engine_client.crash import crash_failure


@pytest.mark.parametrize(
    ("exit_code", "stderr", "words"),
    [
        (-9, [], "memory ran out"),
        (137, [], "memory ran out"),
        (-11, [], "compiled library"),
        (-4, [], "processor"),
        (0xC0000005, [], "Visual C++"),
        (0xC0000005 - 2**32, [], "Visual C++"),
        (0, [], "without finishing"),
        (1, ["ModuleNotFoundError: No module named 'torch'"], "incomplete"),
        (1, ["MemoryError"], "memory ran out"),
        (3, ["anything"], "exit code 3"),
    ],
)
def test_death_is_told_in_a_sentence(exit_code, stderr, words):
    failed = crash_failure(exit_code, stderr)
    assert failed.reason == "crash"
    assert words in failed.message
    assert failed.exit_code == exit_code
    assert failed.detail == "\n".join(stderr)
