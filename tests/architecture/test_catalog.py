"""The catalog and the builders name the same architectures."""

import pytest
from orthoscribe.engine.protocol import CATALOG

pytest.importorskip("torch")


def test_catalog_and_builders_name_the_same_architectures():
    from orthoscribe.engine.architectures import BUILDERS

    assert [row.name for row in CATALOG] == list(BUILDERS)
