# SPDX-License-Identifier: GPL-2.0-or-later
"""Progress of pip, estimated from its output and from the files on disk."""

import pytest
from orthoscribe.plugin.engine_client import pip
from orthoscribe.plugin.engine_client.pip import PipProgress


@pytest.fixture
def progress(tmp_path, monkeypatch):
    monkeypatch.setattr(pip, "_MEASURE_S", 0.0)
    shown = []
    return PipProgress(("numpy", "torch"), (tmp_path,), 10, lambda *one: shown.append(one)), shown


def write_mb(path, size_mb):
    path.write_bytes(bytes(size_mb * 1_000_000))


def test_size_on_disk_is_shown_beside_the_whole_and_never_decreases(progress, tmp_path):
    progress, shown = progress
    progress.feed("")
    write_mb(tmp_path / "torch.whl", 6)
    progress.feed("Collecting numpy\nCollecting torch\n")
    (tmp_path / "torch.whl").unlink()
    progress.feed("Collecting numpy\nCollecting torch\nInstalling collected packages: torch\n")
    write_mb(tmp_path / "torch", 12)
    progress.feed("Installing collected packages: torch\n")
    fractions, messages = zip(*shown, strict=True)
    assert list(messages) == [
        "Looking for the libraries (0 of about 10 MB on disk)",
        "Downloading torch (6 of about 10 MB on disk)",
        "Unpacking the libraries (6 of about 10 MB on disk)",
        "Unpacking the libraries (10 of about 10 MB on disk)",
    ]
    assert fractions == pytest.approx((0.0, 0.72, 0.72, 0.72))
