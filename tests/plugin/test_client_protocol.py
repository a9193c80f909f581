# SPDX-License-Identifier: GPL-2.0-or-later
"""The plugin's view of the protocol."""

from orthoscribe.engine import protocol as engine_protocol
from orthoscribe.plugin import protocol


def test_protocol_shows_every_name_of_the_engines():
    assert set(protocol.__all__) == set(engine_protocol.__all__)
    for name in protocol.__all__:
        assert getattr(protocol, name) is getattr(engine_protocol, name)
