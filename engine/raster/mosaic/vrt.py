# SPDX-License-Identifier: GPL-2.0-or-later
"""Virtual raster of a mosaic, as `gdalbuildvrt` makes it.

Where no file has pixels, a mask declares them invalid: files without a nodata value have none to
fill gaps with. The mask is that of the footprints, so it declares nothing about values inside of
the files; the tag `FOOTPRINT_MASK` keeps the two apart.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET  # nosec B405 - only written

from ..footprint_mask import FOOTPRINT_MASK

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ...tiling.window import Window
    from ..grid import RasterGrid
    from .member import Member

GDAL_TYPES = {
    "uint8": "Byte", "int8": "Int8", "uint16": "UInt16", "int16": "Int16", "uint32": "UInt32",
    "int32": "Int32", "uint64": "UInt64", "int64": "Int64", "float32": "Float32",
    "float64": "Float64",
}  # fmt: skip
EVERYWHERE = ("255", "0")  # offset and ratio of a source that is 255 whatever its file holds


def vrt_text(
    grid: RasterGrid, members: Sequence[Member], windows: Sequence[Window], *, with_mask: bool
) -> str:
    """Return the content of the virtual raster.

    Args:
        grid: grid of the mosaic.
        members: files of the mosaic; later ones cover earlier ones.
        windows: window of each file in the mosaic.
        with_mask: whether pixels outside of all files, and those in masks of files, are masked.
    """
    root = ET.Element("VRTDataset", rasterXSize=str(grid.width), rasterYSize=str(grid.height))
    ET.SubElement(root, "SRS", dataAxisToSRSAxisMapping="1,2").text = grid.crs.to_wkt()
    place = ", ".join(repr(each) for each in grid.transform.to_gdal())
    ET.SubElement(root, "GeoTransform").text = place
    if with_mask and not any(member.has_mask for member in members):
        tags = ET.SubElement(root, "Metadata")
        ET.SubElement(tags, "MDI", key=FOOTPRINT_MASK).text = "YES"
    for band in range(1, len(members[0].bands.dtypes) + 1):
        _add_band(root, band, members, windows)
    if with_mask:
        mask = ET.SubElement(ET.SubElement(root, "MaskBand"), "VRTRasterBand", dataType="Byte")
        for member, window in zip(members, windows, strict=True):
            _add_mask_source(mask, member, window)
    return ET.tostring(root, encoding="unicode")


def _add_band(
    root: ET.Element, band: int, members: Sequence[Member], windows: Sequence[Window]
) -> None:
    bands = members[0].bands
    traits, (scale, offset) = bands.traits[band - 1], bands.scales[band - 1]
    dtype = GDAL_TYPES[bands.dtypes[band - 1]]
    element = ET.SubElement(root, "VRTRasterBand", dataType=dtype, band=str(band))
    if traits.wavelength_nm is not None:
        tags = ET.SubElement(element, "Metadata")
        ET.SubElement(tags, "MDI", key="wavelength").text = repr(traits.wavelength_nm)
    if traits.description:
        ET.SubElement(element, "Description").text = traits.description
    values = [each.nodata[band - 1] for each in members]
    declared = [value for value in values if value is not None]
    if declared:
        ET.SubElement(element, "NoDataValue").text = repr(declared[0])
    ET.SubElement(element, "ColorInterp").text = traits.interpretation
    if bands.units[band - 1]:
        ET.SubElement(element, "UnitType").text = bands.units[band - 1]
    if (scale, offset) != (1.0, 0.0):
        ET.SubElement(element, "Offset").text = repr(offset)
        ET.SubElement(element, "Scale").text = repr(scale)
    for member, window in zip(members, windows, strict=True):
        own = member.nodata[band - 1]
        source = _source(element, member, window, str(band), is_complex=own is not None)
        if own is not None:
            ET.SubElement(source, "NODATA").text = repr(own)


def _add_mask_source(mask: ET.Element, member: Member, window: Window) -> None:
    if member.has_mask:
        _source(mask, member, window, "mask,1", is_complex=False)
        return
    source = _source(mask, member, window, "1", is_complex=True)
    for name, value in zip(("ScaleOffset", "ScaleRatio"), EVERYWHERE, strict=True):
        ET.SubElement(source, name).text = value


def _source(
    parent: ET.Element, member: Member, window: Window, band: str, *, is_complex: bool
) -> ET.Element:
    """Add a source for the whole of a file, and return it.

    Its size and type are given, so GDAL opens the file only when its pixels are read.
    """
    source = ET.SubElement(parent, "ComplexSource" if is_complex else "SimpleSource")
    ET.SubElement(source, "SourceFilename", relativeToVRT="0").text = member.path
    ET.SubElement(source, "SourceBand").text = band
    height, width = str(member.grid.height), str(member.grid.width)
    dtype = "uint8" if band.startswith("mask") else member.bands.dtypes[int(band) - 1]
    properties = {
        "RasterXSize": width,
        "RasterYSize": height,
        "DataType": GDAL_TYPES[dtype],
        "BlockXSize": str(member.block[1]),
        "BlockYSize": str(member.block[0]),
    }
    ET.SubElement(source, "SourceProperties", properties)
    whole = {"xOff": "0", "yOff": "0", "xSize": width, "ySize": height}
    ET.SubElement(source, "SrcRect", whole)
    place = {"xOff": str(window.col), "yOff": str(window.row)}
    ET.SubElement(source, "DstRect", {**whole, **place})
    return source
