"""Virtual rasters: mosaics, stacks and warps are read, all that names more than rasters is not."""

from __future__ import annotations

import os
import zipfile

import numpy as np
import pytest
import rasterio
from orthoscribe.engine.protocol import InputError
from orthoscribe.engine.raster.opening import open_raster
from orthoscribe.engine.raster.vrt_check import MOST_BANDS, check_vrt
from orthoscribe.tests.scenes import speckle, write_raster
from rasterio import shutil
from rasterio.vrt import WarpedVRT

EDGE_PX = 40


@pytest.fixture
def image(tmp_path):
    return write_raster(tmp_path / "image.tif", speckle(3, EDGE_PX, EDGE_PX))


def band(source="image.tif", element="SimpleSource", inside="", kind="", relative="1"):
    subclass = f' subClass="{kind}"' if kind else ""
    return (
        f'<VRTRasterBand dataType="Byte" band="1"{subclass}><{element}>'
        f'<SourceFilename relativeToVRT="{relative}">{source}</SourceFilename>'
        f"<SourceBand>1</SourceBand>{inside}</{element}></VRTRasterBand>"
    )


def vrt(tmp_path, inside, name="case.vrt", attributes="", head=""):
    path = tmp_path / name
    path.write_text(
        f'{head}<VRTDataset rasterXSize="{EDGE_PX}" rasterYSize="{EDGE_PX}"{attributes}>'
        f"<SRS>EPSG:32632</SRS><GeoTransform>500000, 0.5, 0, 5400000, 0, -0.5</GeoTransform>"
        f"{inside}</VRTDataset>"
    )
    return str(path)


def read(path):
    with open_raster(path, "image") as dataset:
        return dataset.read(1)


KERNEL = "<Kernel><Size>3</Size><Coefs>0 0 0 0 1 0 0 0 0</Coefs></Kernel>"


@pytest.mark.parametrize(
    "inside",
    [
        band(),
        band(element="ComplexSource", inside="<ScaleRatio>1</ScaleRatio>"),
        band(element="KernelFilteredSource", inside=KERNEL),
        band("inner.vrt"),
        band("GTIFF_DIR:1:{folder}/image.tif", relative="0"),
        band("{folder}/image.tif", relative="0"),
        band("/vsizip/{folder}/image.zip/image.tif", relative="0"),
    ],
    ids=["simple", "complex", "kernel", "nested", "directory", "absolute", "zip"],
)
def test_everyday_virtual_rasters_are_read(tmp_path, image, inside):
    vrt(tmp_path, band(), "inner.vrt")
    with zipfile.ZipFile(tmp_path / "image.zip", "w") as archive:
        archive.write(image, "image.tif")
    path = vrt(tmp_path, inside.replace("{folder}", str(tmp_path)))
    with rasterio.open(image) as source:
        assert (read(path) == source.read(1)).all()


def test_virtual_rasters_of_gdal_are_read(tmp_path, image):
    with rasterio.open(image) as source:
        shutil.copy(source, tmp_path / "copy.vrt", driver="VRT")
        with WarpedVRT(source, crs="EPSG:25833") as warped:
            shutil.copy(warped, tmp_path / "warped.vrt", driver="VRT")
    assert read(str(tmp_path / "copy.vrt")).any()
    assert read(str(tmp_path / "warped.vrt")).any()


PYTHON = "<PixelFunctionType>f</PixelFunctionType><PixelFunctionLanguage>Python"
CODE = f"{PYTHON}</PixelFunctionLanguage><PixelFunctionCode>f = 1</PixelFunctionCode>"


@pytest.mark.parametrize(
    ("inside", "reason"),
    [
        (band("/etc/passwd", kind="VRTRawRasterBand"), "a VRTRawRasterBand"),
        (band("/etc/passwd", kind="vrtRAWrasterband"), "a vrtRAWrasterband"),
        (band(inside=CODE, kind="VRTDerivedRasterBand"), "contains code"),
        (band(element="KernelFilteredSource"), "no valid kernel"),
        (
            band(element="KernelFilteredSource", inside="<Kernel><Size>3</Size></Kernel>"),
            "no valid kernel",
        ),
        (band("WMS:whatever"), "is not a file"),
        (band("vrt://image.tif"), "is not a file"),
        (band("&lt;GDAL_WMS/>"), "description of a service"),
        (band() * (MOST_BANDS + 1), "more than 1000 bands"),
        (
            f"<GDALWarpOptions><DestinationDataset>{'x'}</DestinationDataset></GDALWarpOptions>",
            "write",
        ),
        ("<unclosed>", "its XML is damaged"),
    ],
)
def test_all_other_elements_are_refused_in_one_sentence(tmp_path, image, inside, reason):
    with pytest.raises(InputError, match=reason) as refusal:
        open_raster(vrt(tmp_path, inside), "image")
    assert "\n" not in str(refusal.value)


def test_what_is_refused_is_refused_wherever_it_hides(tmp_path, image):
    raw = band("/etc/passwd", kind="VRTRawRasterBand")
    vrt(tmp_path, raw, "inner.tif")
    escaped = vrt(tmp_path, raw, "raw.vrt")
    inline = (tmp_path / "raw.vrt").read_text().replace("<", "&lt;")
    with zipfile.ZipFile(tmp_path / "raw.zip", "w") as archive:
        archive.write(escaped, "raw.vrt")
    inside_zip = f"/vsizip/{tmp_path}/raw.zip/raw.vrt"
    for source, relative in (("inner.tif", "1"), (inline, "0"), (inside_zip, "0")):
        with pytest.raises(InputError, match="not accepted"):
            open_raster(vrt(tmp_path, band(source, relative=relative)), "image")
    with pytest.raises(InputError):
        open_raster(inside_zip, "image")
    vrt(tmp_path, raw, "image.tif.msk")
    with pytest.raises(InputError, match="not accepted"):
        open_raster(image, "image")


def test_entities_and_processed_datasets_are_refused(tmp_path, image):
    entity = '<!DOCTYPE x [<!ENTITY y "/etc/passwd">]>'
    with pytest.raises(InputError, match="defines entities"):
        open_raster(vrt(tmp_path, band("&y;"), head=entity), "image")
    nested = vrt(tmp_path, band(), attributes=' subClass="VRTProcessedDataset"')
    with pytest.raises(InputError, match="VRTProcessedDataset"):
        open_raster(nested, "image")


def test_fifos_and_devices_as_sources_are_refused(tmp_path, image):
    os.mkfifo(tmp_path / "fifo.tif")
    for source in ("fifo.tif", "/dev/zero"):
        with pytest.raises(InputError, match="not a plain file"):
            open_raster(vrt(tmp_path, band(source)), "image")


def test_large_mosaics_are_checked_fast(tmp_path, image):
    sources = band().partition("<SimpleSource>")[2].partition("</VRTRasterBand>")[0]
    inside = '<VRTRasterBand dataType="Byte" band="1">' + ("<SimpleSource>" + sources) * 20_000
    path = vrt(tmp_path, inside + "</VRTRasterBand>")
    check_vrt(path, "image")
    assert np.array_equal(read(path).shape, (EDGE_PX, EDGE_PX))


def test_declared_encodings_do_not_hide_anything(tmp_path, image):
    head = '<?xml version="1.0" encoding="cp037"?>'
    with pytest.raises(InputError, match="VRTRawRasterBand"):
        open_raster(vrt(tmp_path, band("/etc/passwd", kind="VRTRawRasterBand"), head=head), "image")
    assert read(vrt(tmp_path, band(), head=head.replace("cp037", "latin-1"))).any()
