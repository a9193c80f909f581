# SPDX-License-Identifier: GPL-2.0-or-later
"""The benchmark measures what it says it does."""

from __future__ import annotations

import numpy as np
import pytest
import rasterio
from orthoscribe.engine.bench import contenders, mosaic
from orthoscribe.engine.bench.benchmark_input import find_or_make_model, load_input
from orthoscribe.engine.bench.contenders import ours, whole_image


@pytest.fixture(scope="module")
def job(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bench")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(mosaic, "PIECE_PX", 128)
        return mosaic.write_mosaic(folder / "scene", 200, str(find_or_make_model(folder)))


def test_mosaic_repeats_its_piece(job):
    with rasterio.open(job.image) as image:
        pixels = image.read()
    assert pixels.shape == (3, 200, 200)
    assert np.array_equal(pixels[:, 128:, 128:], pixels[:, :72, :72])


def test_mosaic_makes_a_runnable_job(job):
    assert job.problems() == ()


def test_ours_labels_like_the_whole_image(job, tmp_path):
    loaded = load_input(job, tmp_path / "scratch")
    assert loaded.image.shape == (loaded.card.channels, 200, 200)
    assert np.array_equal(ours(loaded), whole_image(loaded))
    assert np.array_equal(ours(loaded.crop(50)), whole_image(loaded.crop(50)))


def test_absent_contenders_are_known(monkeypatch):
    monkeypatch.setattr(contenders, "find_spec", lambda _: None)
    present = [name for name in contenders.CONTENDERS if contenders.is_installed(name)]
    assert present == ["Orthoscribe, tiled", "whole image, eager"]
