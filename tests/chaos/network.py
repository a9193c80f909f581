"""Files that name a server: none of them may let the engine ask it.

Each route is tried in a process of its own, by the engine's functions and by rasterio and pyogrio
themselves, beside a server on this machine that counts the requests.
"""

import json
import os
import subprocess
import sys
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from xml.sax.saxutils import escape

from orthoscribe.engine.process.gdal_options import OFFLINE, SAFE

ROOT = Path(__file__).resolve().parents[2]
RING = [[[0, 0], [1, 0], [1, 1], [0, 0]]]
TRY = """
import json, sys
sys.path.insert(0, {root!r})
from engine.process.gdal_options import set_gdal_options
if {guarded}:
    set_gdal_options()
import pyogrio, rasterio
from affine import Affine
from rasterio.crs import CRS
from engine.protocol import OrthoscribeError
from engine.raster.grid import RasterGrid
from engine.raster.opening import open_raster, reading
from engine.raster.polygons_file import read_polygons

GRID = RasterGrid(CRS.from_epsg(25832), Affine(0.2, 0, 5e5, 0, -0.2, 58e5), 50, 50)

def raster(path):
    with open_raster(path, "image") as source, reading(source, "image"):
        source.read(1)

def raster_by_rasterio(path):
    with rasterio.open(path) as source:
        source.read(1)

def vector(path):
    read_polygons(path, "area", GRID)

def vector_by_pyogrio(path):
    for name, _ in pyogrio.list_layers(path):
        pyogrio.raw.read(path, layer=name)

for kind, path in json.load(sys.stdin):
    ways = [raster_by_rasterio] if kind == "raster" else [vector_by_pyogrio]
    if {guarded}:
        ways.append(raster if kind == "raster" else vector)
    for way in ways:
        try:
            way(path)
        except Exception as error:
            is_own = isinstance(error, OrthoscribeError) or way not in (raster, vector)
            if not is_own:
                print(path, type(error).__name__, error)
"""


class _Counter(BaseHTTPRequestHandler):
    """Handler that counts requests and answers 404."""

    def _count(self):
        self.server.requests.append(self.path)
        self.send_error(404)

    do_GET = do_HEAD = do_POST = do_PUT = do_OPTIONS = _count  # noqa: N815

    def log_message(self, *_):
        """Print nothing."""


@contextmanager
def counting_server():
    """Yield a server on this machine; its `requests` are the paths that were asked for."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Counter)
    server.requests = []
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


def write_routes(folder, port):
    """Write a file for each route and return (kind, path); kind is `raster` or `vector`."""
    url = f"http://127.0.0.1:{port}"
    files = {**_rasters(url), **_vectors(url)}
    for name, text in files.items():
        (folder / name).write_text(text)
    direct = [f"/vsicurl/{url}/direct.tif", f"{url}/direct.tif", f"vrt://{url}/direct.tif"]
    direct += ["/vsis3/bucket/direct.tif", f"/vsizip/vsicurl/{url}/direct.zip/image.tif"]
    layers = [f"/vsicurl/{url}/area.gpkg", f"{url}/area.geojson", f"WFS:{url}/wfs"]
    return [
        *(("raster", str(folder / name)) for name in _rasters(url)),
        *(("vector", str(folder / name)) for name in _vectors(url)),
        *(("raster", path) for path in direct),
        *(("vector", path) for path in layers),
    ]


def requests_of(routes, server, *, guarded):
    """Return the number of requests of the routes, and the exceptions that are no sentences."""
    server.requests.clear()
    port = server.server_port
    tried = subprocess.run(
        [sys.executable, "-c", TRY.format(root=str(ROOT), guarded=guarded)],
        input=json.dumps(routes),
        env={**without_options(), **_cloud(port), "no_proxy": "*"},
        capture_output=True,
        text=True,
        timeout=300,
        check=True,
    )
    return len(server.requests), tried.stdout.splitlines()


def without_options():
    """Return the environment of this process as it is before GDAL's options are set."""
    return {name: value for name, value in os.environ.items() if name not in {**SAFE, **OFFLINE}}


def _cloud(port):
    """Return settings of cloud storage that lead to the server."""
    url = f"http://127.0.0.1:{port}"
    return {
        "AWS_NO_SIGN_REQUEST": "YES",
        "AWS_S3_ENDPOINT": f"127.0.0.1:{port}",
        "AWS_HTTPS": "NO",
        "AWS_VIRTUAL_HOSTING": "NO",
        "AZURE_STORAGE_CONNECTION_STRING": "DefaultEndpointsProtocol=http;AccountName=a;"
        f"AccountKey=aa==;BlobEndpoint={url}",
        "SWIFT_STORAGE_URL": url,
        "SWIFT_AUTH_TOKEN": "x",
        "OSS_ENDPOINT": f"127.0.0.1:{port}",
        "OSS_HTTPS": "NO",
        "OSS_VIRTUAL_HOSTING": "NO",
        "OSS_SECRET_ACCESS_KEY": "a",
        "OSS_ACCESS_KEY_ID": "b",
    }


def mosaic(source, srs="EPSG:25832", relative="0"):
    """Return a virtual raster of one band with one source."""
    return (
        f'<VRTDataset rasterXSize="50" rasterYSize="50"><SRS>{srs}</SRS>'
        "<GeoTransform>500000, 0.2, 0, 5800000, 0, -0.2</GeoTransform>"
        '<VRTRasterBand dataType="Byte" band="1"><SimpleSource>'
        f'<SourceFilename relativeToVRT="{relative}">{source}</SourceFilename>'
        "<SourceBand>1</SourceBand></SimpleSource></VRTRasterBand></VRTDataset>"
    )


def _rasters(url):
    wms = (
        f'<GDAL_WMS><Service name="WMS"><ServerUrl>{url}/wms?</ServerUrl><Layers>a</Layers>'
        "</Service><DataWindow><UpperLeftX>0</UpperLeftX><UpperLeftY>50</UpperLeftY>"
        "<LowerRightX>50</LowerRightX><LowerRightY>0</LowerRightY><SizeX>50</SizeX>"
        "<SizeY>50</SizeY></DataWindow><BandsCount>1</BandsCount></GDAL_WMS>"
    )
    sources = {
        "curl": f"/vsicurl/{url}/a.tif",
        "streaming": f"/vsicurl_streaming/{url}/a.tif",
        "zip": f"/vsizip/vsicurl/{url}/a.zip/a.tif",
        "url": f"{url}/a.tif",
        "vrt_url": f"vrt://{url}/a.tif",
        "inline_wms": escape(wms),
        "inline_vrt": escape(mosaic(f"/vsicurl/{url}/b.tif")),
        "s3": "/vsis3/bucket/a.tif",
        "s3_streaming": "/vsis3_streaming/bucket/a.tif",
        "azure": "/vsiaz/bucket/a.tif",
        "swift": "/vsiswift/bucket/a.tif",
        "oss": "/vsioss/bucket/a.tif",
        "hdfs": f"/vsiwebhdfs/{url}/a.tif",
        "wcs": escape(f"<WCS_GDAL><ServiceURL>{url}/wcs?</ServiceURL></WCS_GDAL>"),
        "wmts": escape(
            f"<GDAL_WMTS><GetCapabilitiesUrl>{url}/wmts</GetCapabilitiesUrl></GDAL_WMTS>"
        ),
    }
    files = {f"{name}.vrt": mosaic(source) for name, source in sources.items()}
    overview = mosaic(f"/vsicurl/{url}/c.tif")
    return {
        **files,
        "nested.vrt": mosaic("curl.vrt", relative="1"),
        "crs.vrt": mosaic("none.tif", srs=f"{url}/crs"),
        "wms.xml": wms,
        "masked.tif": overview,
        "masked.tif.msk": overview,
    }


def _vectors(url):
    def vrt(source):
        return (
            '<OGRVRTDataSource><OGRVRTLayer name="a">'
            f"<SrcDataSource>{source}</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>"
        )

    def geojson(crs):
        polygon = {"type": "Polygon", "coordinates": RING}
        feature = {"type": "Feature", "properties": {}, "geometry": polygon}
        return json.dumps({"type": "FeatureCollection", "crs": crs, "features": [feature]})

    query = f"{url}/wfs?SERVICE=WFS&amp;VERSION=1.0.0&amp;REQUEST=DescribeFeatureType&amp;TYPENAME"
    gml = (
        '<wfs:FeatureCollection xmlns:wfs="http://www.opengis.net/wfs" '
        'xmlns:gml="http://www.opengis.net/gml" '
        f'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:a="{url}/a" '
        f'xsi:schemaLocation="{url}/a {query}=a:b"><gml:featureMember><a:b fid="b.1"><a:g>'
        f'<gml:Polygon srsName="{url}/crs"><gml:outerBoundaryIs><gml:LinearRing>'
        "<gml:coordinates>0,0 1,0 1,1 0,0</gml:coordinates></gml:LinearRing>"
        "</gml:outerBoundaryIs></gml:Polygon></a:g></a:b></gml:featureMember>"
        "</wfs:FeatureCollection>"
    )
    kml = (
        '<kml xmlns="http://www.opengis.net/kml/2.2"><Document><NetworkLink><Link>'
        f"<href>{url}/a.kml</href></Link></NetworkLink></Document></kml>"
    )
    pipeline = f"gdal vector pipeline ! read /vsicurl/{url}/a.gpkg ! write out"
    link = {"type": "link", "properties": {"href": f"{url}/crs", "type": "ogcwkt"}}
    named = {"type": "name", "properties": {"name": f"{url}/crs"}}
    return {
        "curl.xml": vrt(f"/vsicurl/{url}/a.geojson"),
        "url.xml": vrt(f"{url}/a.geojson"),
        "wfs_layer.xml": vrt(f"WFS:{url}/wfs"),
        "wfs.xml": f"<OGRWFSDataSource><URL>{url}/wfs</URL></OGRWFSDataSource>",
        "schema.gml": gml,
        "linked_crs.geojson": geojson(link),
        "named_crs.geojson": geojson(named),
        "pipeline.gdalg.json": json.dumps({"type": "gdal_streamed_alg", "command_line": pipeline}),
        "link.kml": kml,
    }
