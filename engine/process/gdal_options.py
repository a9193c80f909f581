# SPDX-License-Identifier: GPL-2.0-or-later
"""Options of GDAL: the engine reads local files of common formats, and nothing else.

A raster or vector file can name other files and servers: the sources of a mosaic, a coordinate
system at a web address, the schema of a GML. rasterio and pyogrio contain a GDAL each, and both
take these options from the environment when they are imported, so the options are set before.
Drivers and file systems that access a network are removed; what is left would go to a proxy that
does not exist. They replace options of the user. Only rasters in cloud storage can be allowed, by
the environment variable `ORTHOSCRIBE_CLOUD_RASTERS`.
"""

from __future__ import annotations

import os
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import MutableMapping

CLOUD_RASTERS = "ORTHOSCRIBE_CLOUD_RASTERS"
ALLOWING = ("1", "yes", "true", "on")

# Formats of rasters; GDAL selects a driver by content.
RASTER_DRIVERS = (
    "GTiff", "VRT", "JP2OpenJPEG", "PNG", "JPEG", "HFA", "ENVI", "AAIGrid", "GRASSASCIIGrid",
    "EHdr", "ERS", "PCIDSK", "SAGA", "RRASTER", "GPKG", "SRTMHGT", "USGSDEM", "DTED",
)  # fmt: skip
VECTOR_DRIVERS = (
    "GPKG", "ESRI Shapefile", "FlatGeobuf", "GeoJSON", "GeoJSONSeq", "TopoJSON", "JSONFG", "GML",
    "KML", "LIBKML", "MapInfo File", "SQLite", "OpenFileGDB", "DXF", "DGN", "CSV", "GPX", "Parquet",
)  # fmt: skip
SCRATCH_DRIVERS = ("MEM", "Memory")  # arrays of this process
# All other drivers of rasterio's and pyogrio's GDAL, also those without a network: a source of a
# VRT is opened by any of them.
SKIPPED_DRIVERS = (
    "ACE2", "ADBC", "ADRG", "AIG", "AIVector", "AVCBin", "AVCE00", "AirSAR", "AmigoCloud", "BAG",
    "BIGGIF", "BLX", "BMP", "BSB", "BT", "BYN", "CALS", "CEOS", "COASP", "COG", "COSAR", "CPG",
    "CSW", "CTG", "CTable2", "Carto", "DAAS", "DERIVED", "DIMAP", "DIPEx", "DOQ1", "DOQ2",
    "ECRGTOC", "EDIGEO", "EEDA", "EEDAI", "EIR", "ELAS", "ESAT", "ESRIC", "ESRIJSON",
    "Elasticsearch", "FAST", "FIT", "GDALG", "GFF", "GIF", "GNMDatabase", "GNMFile", "GPSBabel",
    "GRIB", "GS7BG", "GSAG", "GSBG", "GSC", "GTFS", "GTI", "GTX", "GXF", "GenBin", "GeoRSS",
    "HDF5", "HDF5Image", "HF2", "HTTP", "ILWIS", "IRIS", "ISCE", "ISG", "ISIS2", "ISIS3",
    "Idrisi", "JAXAPALSAR", "JDEM", "JML", "KMLSUPEROVERLAY", "KRO", "L1B", "LAN", "LCP",
    "LOSLAS", "LVBAG", "Leveller", "MAP", "MBTiles", "MFF", "MFF2", "MRF", "MSGN", "MVT",
    "MapML", "MiraMonVector", "NDF", "NGSGEOID", "NGW", "NITF", "NOAA_B", "NSIDCbin", "NTv2",
    "NWT_GRC", "NWT_GRD", "OAPIF", "ODS", "OGCAPI", "OGR_GMT", "OGR_PDS", "OGR_VRT", "OSM", "OZI",
    "PAux", "PCRaster", "PDF", "PDS", "PDS4", "PGDUMP", "PLMOSAIC", "PLSCENES", "PMTiles", "PNM",
    "PRF", "R", "RIK", "RMF", "ROI_PAC", "RPFTOC", "RS2", "RST", "Rasterlite", "S102", "S104",
    "S111", "S57", "SAFE", "SAR_CEOS", "SDTS", "SENTINEL2", "SGI", "SIGDEM", "SNAP_TIFF",
    "SNODAS", "SRP", "STACIT", "STACTA", "SXF", "Selafin", "TGA", "TIL", "TSX", "Terragen", "VDV",
    "VFK", "VICAR", "WAsP", "WCS", "WEBP", "WFS", "WMS", "WMTS", "XLSX", "XPM", "XYZ", "ZMap",
    "Zarr", "netCDF",
)  # fmt: skip

SPEED = {  # these may be set by the user
    "GDAL_CACHEMAX": "64",  # MB: enough for a row of tiles, and the same on every machine
    "GDAL_DISABLE_READDIR_ON_OPEN": "TRUE",  # probe sidecars by name instead of listing folders
}
SAFE = {
    "GDAL_SKIP": ",".join(SKIPPED_DRIVERS),
    "OGR_SKIP": ",".join(SKIPPED_DRIVERS),
    "CPL_LOG": os.devnull,  # each GDAL warns about the names that only the other has
    "GDAL_CONFIG_FILE": os.devnull,  # a file in the home folder could change all of this
    "GDAL_ERROR_ON_LIBJPEG_WARNING": "TRUE",  # truncated JPEG blocks are errors, not gray
    "GDAL_VRT_ENABLE_PYTHON": "NO",
    "GDAL_VRT_ENABLE_RAWRASTERBAND": "NO",
    "GML_DOWNLOAD_SCHEMA": "NO",
    "GML_SKIP_RESOLVE_ELEMS": "ALL",
    "OGR_SQLITE_ALLOW_EXTERNAL_ACCESS": "NO",
    "OGR_SQLITE_LOAD_EXTENSIONS": "NO",
    "OSR_SET_FROM_USER_INPUT_ALLOW_FILE_ACCESS": "NO",
    "OSR_SET_FROM_USER_INPUT_ALLOW_NETWORK_ACCESS": "NO",
    "PROJ_NETWORK": "OFF",
}
NO_PROXY = ("no_proxy", "NO_PROXY")
OFFLINE = {
    "CPL_VSIL_CURL_ALLOWED_FILENAME": "none",  # file systems such as /vsicurl and /vsis3
    "CPL_VSIL_CURL_ALLOWED_EXTENSIONS": "{none}",
    "GDAL_HTTP_PROXY": "http://0.0.0.0:0",  # all other requests
    "GDAL_HTTPS_PROXY": "http://0.0.0.0:0",
    "GDAL_HTTP_MAX_RETRY": "0",
}


@cache
def set_gdal_options() -> None:
    """Set GDAL's options for this process; call this before importing rasterio or pyogrio.

    They are set in the environment because GDAL reads the skipped drivers from it when it is
    imported, and the cache size once, when any thread reads its first block.
    """
    change_options(os.environ)


def change_options(environment: MutableMapping[str, str]) -> None:
    """Set GDAL's options in `environment`."""
    for name, value in SPEED.items():
        environment.setdefault(name, value)
    environment.update(SAFE)
    if allows_cloud_rasters(environment):
        return
    environment.update(OFFLINE)
    for name in NO_PROXY:  # exceptions from the proxy
        environment.pop(name, None)


def allows_cloud_rasters(environment: MutableMapping[str, str] = os.environ) -> bool:
    """Return whether the user allows rasters in cloud storage."""
    return environment.get(CLOUD_RASTERS, "").strip().lower() in ALLOWING
