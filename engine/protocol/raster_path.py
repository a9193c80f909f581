# SPDX-License-Identifier: GPL-2.0-or-later
"""Raster paths: a file, and metadata declared by the user if the file's is wrong or missing.

`/data/image.tif|crs=EPSG:25833|nodata=0` is the file /data/image.tif, read with the CRS EPSG:25833
and the nodata value 0. QGIS uses such suffixes for layers in vector files. A raster table of a
GeoPackage is named as in QGIS and GDAL: `GPKG:/data/heights.gpkg:dsm`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Optional

from .errors import InputError

NO_NODATA = "none"

_DECLARED = re.compile(r"\|(crs|nodata)=")
_VECTOR_SUFFIX = re.compile(r"\|(?:layername|layerid|subset|geometrytype)=", re.IGNORECASE)
_SUBDATASET = re.compile(r"(?P<driver>GPKG|GTIFF_DIR):(?P<rest>.+)", re.DOTALL)


@dataclass(frozen=True)
class RasterPath:
    """A raster and its declared metadata.

    Args:
        source: name that GDAL opens: the path of a file, or `GPKG:file:table`.
        crs: coordinate reference system that replaces the file's, as an authority code or WKT;
            empty: the file's.
        nodata: nodata value of all bands that replaces the file's; NaN means `none`, so that no
            value is nodata; None: the file's.
    """

    source: str
    crs: str = ""
    nodata: Optional[float] = None

    @classmethod
    def parse(cls, text: str) -> RasterPath:
        """Return the raster for a path with suffixes.

        >>> RasterPath.parse("a.tif|crs=EPSG:25833|nodata=0")
        RasterPath(source='a.tif', crs='EPSG:25833', nodata=0.0)

        Raises:
            InputError: if a nodata value is not a number.
        """
        source, *declared = _DECLARED.split(text)
        values = dict(zip(declared[::2], declared[1::2]))
        nodata = values.get("nodata")
        return cls(source, values.get("crs", ""), None if nodata is None else _number(nodata, text))

    @property
    def file(self) -> str:
        """Path of the file with the raster.

        >>> RasterPath("GPKG:/data/heights.gpkg:dsm").file
        '/data/heights.gpkg'
        """
        match = _SUBDATASET.match(self.source)
        if match is None:
            return self.source
        rest = match["rest"].strip('"')
        if match["driver"] == "GTIFF_DIR":
            return rest.rpartition(":")[2] if rest.count(":") == 1 else rest.split(":", 1)[1]
        file = rest.rpartition(":")[0]
        return file.strip('"') if len(file) > 1 else rest

    def __str__(self) -> str:
        """Return the path with its suffixes.

        >>> str(RasterPath("a.tif", nodata=-9999.0))
        'a.tif|nodata=-9999.0'
        """
        crs = f"|crs={self.crs}" if self.crs else ""
        if self.nodata is None:
            return f"{self.source}{crs}"
        nodata = NO_NODATA if self.nodata != self.nodata else repr(self.nodata)
        return f"{self.source}{crs}|nodata={nodata}"


def _number(text: str, path: str) -> float:
    if text.strip().lower() in (NO_NODATA, "nan"):
        return float("nan")
    try:
        return float(text)
    except ValueError:
        raise InputError(
            f"The nodata value '{text}' in {path} is not a number: write a number, or "
            f"'{NO_NODATA}' if every value counts."
        ) from None


def file_behind(path: str) -> str:
    """Return the file that a path of a raster or a vector layer names, without its suffixes.

    >>> file_behind("town.gpkg|layername=roads"), file_behind("GPKG:/a/h.gpkg:dsm|nodata=0")
    ('town.gpkg', '/a/h.gpkg')
    """
    return _VECTOR_SUFFIX.split(RasterPath.parse(path).file, maxsplit=1)[0]
