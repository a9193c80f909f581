# SPDX-License-Identifier: GPL-2.0-or-later
"""The state of a raster is that of all files that it is made of, also of those that are missing."""

from __future__ import annotations

import zipfile

import pytest
from orthoscribe.engine.raster.source_states import raster_files, raster_states
from orthoscribe.tests.scenes import speckle, write_raster


@pytest.fixture
def folder(tmp_path):
    write_raster(tmp_path / "a.tif", speckle(1, 8, 8))
    return tmp_path


def mosaic_of(folder, source):
    """Write a virtual raster with one source, and return its path."""
    vrt = folder / "image.vrt"
    vrt.write_text(
        '<VRTDataset rasterXSize="8" rasterYSize="8"><VRTRasterBand dataType="Byte" band="1">'
        f"<SimpleSource><SourceFilename>{source}</SourceFilename></SimpleSource>"
        "</VRTRasterBand></VRTDataset>"
    )
    return str(vrt)


def test_source_in_an_archive_counts_with_its_archive(folder):
    archive = folder / "tiles.zip"

    def pack(comment):
        with zipfile.ZipFile(archive, "w") as packed:
            packed.write(folder / "a.tif", "a.tif")
            packed.comment = comment

    pack(b"")
    vrt = mosaic_of(folder, f"/vsizip/{archive}/a.tif")
    before = raster_states(vrt)
    assert archive in raster_files(vrt)
    pack(b"another one")
    assert raster_states(vrt) != before


def test_missing_source_counts_when_it_appears(folder):
    missing = folder / "b.tif"
    vrt = mosaic_of(folder, missing)
    before = raster_states(vrt)
    assert missing not in raster_files(vrt)
    write_raster(missing, speckle(1, 8, 8))
    assert raster_states(vrt) != before
    assert missing in raster_files(vrt)
