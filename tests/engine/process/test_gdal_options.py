# SPDX-License-Identifier: GPL-2.0-or-later
"""GDAL opens local files of common formats, and asks no server."""

import json
import subprocess
import sys

import pytest
from orthoscribe.engine.process.gdal_options import (
    CLOUD_RASTERS,
    OFFLINE,
    RASTER_DRIVERS,
    SAFE,
    SCRATCH_DRIVERS,
    SPEED,
    VECTOR_DRIVERS,
    change_options,
)
from orthoscribe.tests.chaos.network import (
    ROOT,
    counting_server,
    requests_of,
    without_options,
    write_routes,
)

LIST = (
    "import json, sys; sys.path.insert(0, sys.argv[1])\n"
    "from engine.process.gdal_options import set_gdal_options; set_gdal_options()\n"
    "import pyogrio, rasterio\n"
    "with rasterio.Env() as env: print(json.dumps([*env.drivers(), *pyogrio.list_drivers()]))"
)


def test_engine_has_the_drivers_of_the_lists_and_no_others():
    done = subprocess.run(
        [sys.executable, "-c", LIST, str(ROOT)], capture_output=True, text=True, check=True
    )
    registered = set(json.loads(done.stdout))
    assert registered <= {*RASTER_DRIVERS, *VECTOR_DRIVERS, *SCRATCH_DRIVERS}
    assert registered >= {*RASTER_DRIVERS, "GPKG", "ESRI Shapefile", "GeoJSON", "MEM"}
    assert done.stderr == ""


def test_no_file_lets_the_engine_ask_a_server(tmp_path):
    with counting_server() as server:
        routes = write_routes(tmp_path, server.server_port)
        unguarded, _ = requests_of(routes, server, guarded=False)
        assert unguarded > 20  # or the routes are no danger
        assert requests_of(routes, server, guarded=True) == (0, [])


def test_settings_of_the_user_do_not_open_the_network():
    hostile = {"GDAL_VRT_ENABLE_PYTHON": "YES", "GDAL_SKIP": "", "PROJ_NETWORK": "ON"}
    environment = {**hostile, "no_proxy": "*", "GDAL_CACHEMAX": "128", "PATH": "y"}
    change_options(environment)
    assert environment == {**SPEED, **SAFE, **OFFLINE, "GDAL_CACHEMAX": "128", "PATH": "y"}


@pytest.mark.parametrize(("value", "is_allowed"), [("yes", True), ("1", True), ("no", False)])
def test_cloud_rasters_are_one_switch(value, is_allowed):
    environment = {CLOUD_RASTERS: value}
    change_options(environment)
    assert (set(OFFLINE) <= set(environment)) is not is_allowed
    assert environment["GDAL_SKIP"] == SAFE["GDAL_SKIP"]


def test_switch_reads_a_raster_from_a_server(tmp_path):
    with counting_server() as server:
        url = f"/vsicurl/http://127.0.0.1:{server.server_port}/image.tif"
        script = (
            "import sys; sys.path.insert(0, sys.argv[1])\n"
            "from engine.process.gdal_options import set_gdal_options; set_gdal_options()\n"
            "from engine.raster.opening import open_raster\n"
            "from engine.protocol import InputError\n"
            "try: open_raster(sys.argv[2], 'image')\n"
            "except InputError as error: print(error)"
        )
        said = {}
        for value in ("no", "yes"):
            done = subprocess.run(
                [sys.executable, "-c", script, str(ROOT), url],
                env={**without_options(), CLOUD_RASTERS: value},
                capture_output=True,
                text=True,
                check=True,
            )
            said[value] = (done.stdout, len(server.requests))
    assert "reads only files of this computer" in said["no"][0]
    assert f"{CLOUD_RASTERS}=yes" in said["no"][0]
    assert said["no"][1] == 0 < said["yes"][1]
