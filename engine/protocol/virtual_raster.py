# SPDX-License-Identifier: GPL-2.0-or-later
"""Virtual raster of many files (VRT), as `gdalbuildvrt` makes it.

Where no file has pixels, a mask declares them invalid: files without a nodata value have none to
fill gaps with. The mask is that of the footprints, so it declares nothing about values inside of
the files; the tag `FOOTPRINT_MASK` keeps the two apart.
"""

from __future__ import annotations

from typing import NamedTuple, Optional, Sequence, Tuple
from xml.etree import ElementTree as ET  # nosec B405 - only written

from .bands import BandTraits

FOOTPRINT_MASK = "ORTHOSCRIBE_FOOTPRINT_MASK"
GDAL_TYPES = {
    "uint8": "Byte", "int8": "Int8", "uint16": "UInt16", "int16": "Int16", "uint32": "UInt32",
    "int32": "Int32", "uint64": "UInt64", "int64": "Int64", "float32": "Float32",
    "float64": "Float64",
}  # fmt: skip
EVERYWHERE = ("255", "0")  # offset and ratio of a source that is 255 whatever its file holds


class VirtualBand(NamedTuple):
    """What a band of all files has in common.

    Args:
        traits: name, color and wavelength.
        dtype: data type, one of `GDAL_TYPES`.
        scale: factor of the stored values.
        offset: summand of the scaled values.
        unit: unit, or empty.
    """

    traits: BandTraits
    dtype: str
    scale: float = 1.0
    offset: float = 0.0
    unit: str = ""


class VirtualTile(NamedTuple):
    """A file and its place in pixels of the whole.

    Args:
        path: path of the file.
        row: row of its first row.
        col: column of its first column.
        height: number of its rows.
        width: number of its columns.
        nodata: nodata value of each band; None: none.
        block: height and width of its blocks.
        has_mask: whether it has a mask besides nodata and alpha.
    """

    path: str
    row: int
    col: int
    height: int
    width: int
    nodata: Tuple[Optional[float], ...]
    block: Tuple[int, int]
    has_mask: bool = False


class VirtualGrid(NamedTuple):
    """Grid of the whole.

    Args:
        crs_wkt: coordinate reference system as WKT.
        place: the six numbers of GDAL's geotransform.
        height: number of rows.
        width: number of columns.
    """

    crs_wkt: str
    place: Tuple[float, ...]
    height: int
    width: int


def vrt_text(
    grid: VirtualGrid,
    bands: Sequence[VirtualBand],
    tiles: Sequence[VirtualTile],
    *,
    with_mask: bool,
) -> str:
    """Return the content of the virtual raster.

    Args:
        grid: grid of the mosaic.
        bands: bands of each file.
        tiles: files of the mosaic; later ones cover earlier ones.
        with_mask: whether pixels outside of all files, and those in masks of files, are masked.
    """
    root = ET.Element("VRTDataset", rasterXSize=str(grid.width), rasterYSize=str(grid.height))
    ET.SubElement(root, "SRS", dataAxisToSRSAxisMapping="1,2").text = grid.crs_wkt
    ET.SubElement(root, "GeoTransform").text = ", ".join(map(repr, grid.place))
    if with_mask and not any(tile.has_mask for tile in tiles):
        tags = ET.SubElement(root, "Metadata")
        ET.SubElement(tags, "MDI", key=FOOTPRINT_MASK).text = "YES"
    for number, band in enumerate(bands, 1):
        _add_band(root, number, band, tiles)
    if with_mask:
        mask = ET.SubElement(ET.SubElement(root, "MaskBand"), "VRTRasterBand", dataType="Byte")
        for tile in tiles:
            _add_mask_source(mask, tile, bands[0].dtype)
    return ET.tostring(root, encoding="unicode")


def _add_band(
    root: ET.Element, number: int, band: VirtualBand, tiles: Sequence[VirtualTile]
) -> None:
    traits = band.traits
    element = ET.SubElement(
        root, "VRTRasterBand", dataType=GDAL_TYPES[band.dtype], band=str(number)
    )
    if traits.wavelength_nm is not None:
        tags = ET.SubElement(element, "Metadata")
        ET.SubElement(tags, "MDI", key="wavelength").text = repr(traits.wavelength_nm)
    if traits.description:
        ET.SubElement(element, "Description").text = traits.description
    declared = [value for value in (tile.nodata[number - 1] for tile in tiles) if value is not None]
    if declared:
        ET.SubElement(element, "NoDataValue").text = repr(declared[0])
    ET.SubElement(element, "ColorInterp").text = traits.interpretation
    if band.unit:
        ET.SubElement(element, "UnitType").text = band.unit
    if (band.scale, band.offset) != (1.0, 0.0):
        ET.SubElement(element, "Offset").text = repr(band.offset)
        ET.SubElement(element, "Scale").text = repr(band.scale)
    for tile in tiles:
        own = tile.nodata[number - 1]
        source = _source(element, tile, str(number), band.dtype, is_complex=own is not None)
        if own is not None:
            ET.SubElement(source, "NODATA").text = repr(own)


def _add_mask_source(mask: ET.Element, tile: VirtualTile, dtype: str) -> None:
    if tile.has_mask:
        _source(mask, tile, "mask,1", "uint8", is_complex=False)
        return
    source = _source(mask, tile, "1", dtype, is_complex=True)
    for name, value in zip(("ScaleOffset", "ScaleRatio"), EVERYWHERE):
        ET.SubElement(source, name).text = value


def _source(
    parent: ET.Element, tile: VirtualTile, band: str, dtype: str, *, is_complex: bool
) -> ET.Element:
    """Add a source for the whole of a file, and return it.

    Its size and type are given, so GDAL opens the file only when its pixels are read.
    """
    source = ET.SubElement(parent, "ComplexSource" if is_complex else "SimpleSource")
    ET.SubElement(source, "SourceFilename", relativeToVRT="0").text = tile.path
    ET.SubElement(source, "SourceBand").text = band
    height, width = str(tile.height), str(tile.width)
    properties = {
        "RasterXSize": width,
        "RasterYSize": height,
        "DataType": GDAL_TYPES[dtype],
        "BlockXSize": str(tile.block[1]),
        "BlockYSize": str(tile.block[0]),
    }
    ET.SubElement(source, "SourceProperties", properties)
    whole = {"xOff": "0", "yOff": "0", "xSize": width, "ySize": height}
    ET.SubElement(source, "SrcRect", whole)
    place = {"xOff": str(tile.col), "yOff": str(tile.row)}
    ET.SubElement(source, "DstRect", {**whole, **place})
    return source
