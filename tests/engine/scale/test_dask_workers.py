"""What a run says about Dask and its workers before any work."""

from importlib.metadata import PackageNotFoundError

import pytest
from orthoscribe.engine.protocol import EngineError
from orthoscribe.engine.scale import dask_workers


def test_missing_dask_is_named_with_every_way_to_install_it(monkeypatch):
    def version(name):
        raise PackageNotFoundError(name)

    monkeypatch.setattr(dask_workers, "version", version)
    with pytest.raises(EngineError) as raised:
        dask_workers.refuse_without_dask()
    for way in ("press Install Dask", "make cluster", "-m pip install --no-deps"):
        assert way in str(raised.value)
    assert dask_workers.LOCK_FILE.is_file()
