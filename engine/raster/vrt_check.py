# SPDX-License-Identifier: GPL-2.0-or-later
"""Check of virtual rasters (VRT), which name the files that they are made of.

GDAL opens whatever a VRT names: files that are no rasters as raw bands, inline descriptions of
services, code. Only mosaics, stacks, warps and pansharpening of rasters in files are accepted. The
sources that are virtual rasters themselves are checked too.
"""

from __future__ import annotations

import os
import re
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET  # nosec B405 - without entities, and limited in size

from rasterio.errors import RasterioError

from ..process.gdal_options import RASTER_DRIVERS
from ..protocol import InputError, RasterPath
from ..protocol.words import shortened
from .dataset import RasterDataset
from .source_files import check_source, file_of_archive

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MOST_BANDS = 1000
LARGEST_VRT_BYTES = 64 << 20  # 100,000 tiles
MOST_NESTED = 20
HEAD_BYTES = 4096  # GDAL looks for the tag in the first 1024
TAG = b"<VRTDataset"
SIDECARS = (".msk", ".ovr")  # masks and overviews, which may be virtual rasters too
SUBCLASSES = {
    "vrtdataset": ("", "vrtdataset", "vrtwarpeddataset", "vrtpansharpeneddataset"),
    "vrtrasterband": (
        "", "vrtrasterband", "vrtsourcedrasterband", "vrtderivedrasterband", "vrtwarpedrasterband",
        "vrtpansharpenedrasterband",
    ),
}  # fmt: skip
FILES = ("sourcefilename", "sourcedataset", "dempath", "x_dataset", "y_dataset")
NO_VRT = tuple(name for name in RASTER_DRIVERS if name != "VRT")
_PREFIX = re.compile(r"[A-Za-z0-9_]{2,}:")


class _RefusedError(Exception):
    """The reason why a virtual raster is refused, as a clause."""


def check_vrt(path: str, what: str) -> set[Path]:
    """Check a raster if it is virtual, and its mask and overviews if they are.

    Args:
        path: path of a plain file.
        what: name of the raster in messages.

    Returns:
        All files that it is made of: the raster, its sources or their archives, their sources,
        masks, overviews. Some may not exist.

    Raises:
        InputError: if the raster is made of anything but local rasters.
    """
    checked: set[Path] = set()
    for file in (path, *(path + suffix for suffix in SIDECARS)):
        try:
            _check_file(Path(file), what, checked, 0)
        except _RefusedError as reason:
            raise InputError(
                f"The {what} {shortened(path)} is a virtual raster (VRT) that is not accepted, "
                f"because {reason}. Convert it to GeoTIFF where you trust it (Raster > Conversion "
                "> Translate)."
            ) from None
    return checked


def _check_file(file: Path, what: str, checked: set[Path], depth: int) -> None:
    if file in checked:
        return
    checked.add(file)
    try:
        with file.open("rb") as opened:
            if TAG not in opened.read(HEAD_BYTES):
                return
            opened.seek(0)
            content = opened.read(LARGEST_VRT_BYTES + 1)
    except OSError:
        return  # GDAL's message follows
    _check_content(content, file.parent, what, checked, depth)


def _check_content(content: bytes, folder: Path, what: str, checked: set[Path], depth: int) -> None:
    if len(content) > LARGEST_VRT_BYTES:
        raise _RefusedError(f"it is larger than {LARGEST_VRT_BYTES >> 20} MB")
    if depth > MOST_NESTED:
        raise _RefusedError(f"it is nested more than {MOST_NESTED} times")
    for source, is_relative in _sources(content):
        if source.lstrip().startswith("<"):
            if TAG.decode() not in source:
                raise _RefusedError("one of its sources is the description of a service")
            _check_content(source.encode(), folder, what, checked, depth + 1)
            continue
        file = RasterPath(source).file
        if file == source and _PREFIX.match(source):
            raise _RefusedError(f"its source {shortened(source)} is not a file")
        file = str(folder / file) if is_relative else file
        if file.startswith("/vsi"):
            check_source(file, f"source of the {what}")
            _check_archived(source)
            checked.add(Path(file_of_archive(file)))
        elif os.path.exists(file):  # noqa: PTH110 (never raises); parts may be missing
            check_source(file, f"source of the {what}")
            _check_file(Path(file), what, checked, depth + 1)
        else:
            checked.add(Path(file))


def _check_archived(source: str) -> None:
    """Check that a source in an archive is no virtual raster, whose sources cannot be checked.

    Raises:
        _RefusedError: if the source is one, or no raster.
    """
    try:
        RasterDataset(RasterPath(source), NO_VRT).close()
    except RasterioError:
        raise _RefusedError(f"its source {shortened(source)} is no raster") from None


def _sources(content: bytes) -> Iterator[tuple[str, bool]]:
    """Yield the name of each source, and whether it is relative to the folder of the file.

    Raises:
        _RefusedError: if the content is not valid, or has an element that is not accepted.
    """
    if re.search(rb"<!(DOCTYPE|ENTITY)", content, re.IGNORECASE):
        raise _RefusedError("it defines entities")
    bands = 0
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        text = content.decode("latin-1")
    try:
        # The encoding that a text declares is ignored, as by GDAL.
        for _, element in ET.iterparse(StringIO(text)):  # nosec B314
            name = element.tag.rpartition("}")[2].lower()  # GDAL ignores case
            bands += name == "vrtrasterband"
            if bands > MOST_BANDS:
                raise _RefusedError(f"it has more than {MOST_BANDS} bands")
            attributes = {key.lower(): value for key, value in element.attrib.items()}
            _check_element(name, attributes, element)
            key = attributes.get("key", "").lower() if name == "mdi" else name
            if key in FILES and (element.text or "").strip():
                yield element.text or "", attributes.get("relativetovrt", "0").strip() != "0"
            if name.endswith("source"):
                element.clear()  # there may be 100,000
    except (ET.ParseError, RecursionError, ValueError, LookupError):
        raise _RefusedError("its XML is damaged") from None


def _check_element(name: str, attributes: Mapping[str, str], element: ET.Element) -> None:
    """Check one element of a virtual raster.

    Raises:
        _RefusedError: if the element is not accepted.
    """
    allowed = SUBCLASSES.get(name)
    if allowed is not None and attributes.get("subclass", "").strip().lower() not in allowed:
        raise _RefusedError(f"it has a {shortened(attributes['subclass'], 60)}")
    language = (element.text or "").strip().lower() if name == "pixelfunctionlanguage" else "c"
    if name == "pixelfunctioncode" or language != "c":
        raise _RefusedError("it contains code")
    if name == "destinationdataset" and (element.text or "").strip():
        raise _RefusedError("it names a file to write to")
    if name == "kernelfilteredsource" and not _is_kernel(element):
        raise _RefusedError("one of its filters has no valid kernel")


def _is_kernel(source: ET.Element) -> bool:
    """Return whether a filter has the kernel that GDAL expects; it crashes without one."""
    parts = {child.tag.lower(): child for child in source}
    kernel = {child.tag.lower(): child.text or "" for child in parts.get("kernel", ())}
    try:
        size = int(kernel["size"])
        weights = list(map(float, kernel["coefs"].split()))
    except (KeyError, ValueError):
        return False
    return 1 <= size <= 99 and size % 2 == 1 and len(weights) in (size, size * size)
