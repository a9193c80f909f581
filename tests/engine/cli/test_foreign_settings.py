# SPDX-License-Identifier: GPL-2.0-or-later
"""Settings of another GDAL or PROJ, as OSGeo4W, conda and PostGIS leave them in a shell."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from orthoscribe.engine.process.environment import FOREIGN, drop_foreign_settings
from orthoscribe.plugin.engine_client.launch import engine_environment
from orthoscribe.tests.scenes import write_raster

ROOT = Path(__file__).resolve().parents[3]


def run(arguments, **variables):
    return subprocess.run(
        [sys.executable, *map(str, arguments)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), **variables},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [("PROJ_LIB", "{old}"), ("PROJ_DATA", "{old}"), ("PROJ_LIB", "/nonexistent")],
)
def test_proj_of_another_installation_does_not_matter_in_a_shell(tmp_path, name, value):
    old = tmp_path / "proj"
    old.mkdir()
    (old / "proj.db").write_bytes(b"of another version")
    image = write_raster(tmp_path / "classes.tif", np.ones((1, 40, 40), np.uint8), crs="EPSG:25832")
    arguments = ["-m", "engine", "vectorize", "--classes", image, "--output", tmp_path / "out"]
    done = run(arguments, **{name: value.format(old=old)})
    assert (done.returncode, done.stderr.count("error")) == (0, 0), done.stderr


def test_sentence_names_the_variable_that_breaks_proj(tmp_path):
    image = write_raster(tmp_path / "image.tif", np.ones((3, 40, 40), np.uint8), crs="EPSG:25832")
    script = (
        "import sys; from engine.raster.opening import projected_grid; "
        "from engine.protocol import InputError\n"
        "try: projected_grid(sys.argv[1], 'image')\n"
        "except InputError as error: sys.stdout.write(str(error))"
    )
    done = run(["-c", script, image], PROJ_DATA="/nonexistent")
    assert done.stdout, done.stderr
    said = done.stdout
    assert "image cannot be understood" in said
    assert "unset PROJ_DATA (it is /nonexistent)" in said


def test_all_of_them_are_dropped_and_nothing_else():
    environment = {**dict.fromkeys(FOREIGN, "x"), "PATH": "y"}
    assert drop_foreign_settings(environment) == FOREIGN
    assert environment == {"PATH": "y"}
    assert not set(engine_environment(dict.fromkeys(FOREIGN, "x"))) & set(FOREIGN)
