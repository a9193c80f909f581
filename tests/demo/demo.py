# SPDX-License-Identifier: GPL-2.0-or-later
"""`make demo`: generate a scene, label it through qgis_process, draw the map.

Standard library only: everything it shows is done by QGIS processes, as a user's would be.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Dict

ROOT = Path(__file__).resolve().parents[2]
QGIS_PYTHON = "/usr/bin/python3"


def qgis_process() -> str:
    """Return the program; the wrapper of QGIS 3.22 on Debian is broken, the binary is not."""
    binary = Path("/usr/bin/qgis_process.bin")
    return str(binary) if binary.exists() else "qgis_process"


def environment(folder: Path) -> Dict[str, str]:
    """Return an environment with a QGIS profile of its own that knows this plugin."""
    plugins = folder / "plugins"
    plugins.mkdir(parents=True, exist_ok=True)
    link = plugins / "orthoscribe"
    if not link.is_symlink():
        link.symlink_to(ROOT)
    return {
        **os.environ,
        "QGIS_PLUGINPATH": str(plugins),
        "QGIS_CUSTOM_CONFIG_PATH": str(folder / "profile"),
    }


def run_algorithm(name: str, parameters: Dict[str, str], env: Dict[str, str]) -> Dict[str, object]:
    """Run `orthoscribe:<name>` and return its results.

    Raises:
        SystemExit: the algorithm failed; what it said goes to stderr.
    """
    print(f"orthoscribe:{name} ...", flush=True)  # noqa: T201 (this is what the user watches)
    arguments = [f"--{key}={value}" for key, value in parameters.items()]
    command = [qgis_process(), "--json", "run", f"orthoscribe:{name}", *arguments]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{done.stdout}\n{done.stderr}\northoscribe:{name} failed.")
    return json.loads(done.stdout[done.stdout.index("{") :])["results"]


def main(folder: Path) -> None:
    """Make the scene, the labels and the picture under `folder`, then print their paths."""
    env = environment(folder)
    enable = [qgis_process(), "plugins", "enable", "orthoscribe"]
    subprocess.run(enable, env=env, check=True, capture_output=True)
    scene, labels = folder / "scene", folder / "labels"
    run_algorithm(
        "makescene",
        {"LAND": "town", "SEED": "7", "SIZE_PX": "1024", "GSD_M": "0.1", "OUTPUT": str(scene)},
        env,
    )
    run_algorithm(
        "label",
        {
            "IMAGE": str(scene / "image.tif"),
            "DSM": str(scene / "dsm.tif"),
            "MODEL": "default",
            "OUTPUT": str(labels),
        },
        env,
    )
    picture = folder / "map.png"
    render = [QGIS_PYTHON, str(Path(__file__).with_name("render.py"))]
    subprocess.run(
        [*render, str(scene / "image.tif"), str(labels), str(picture)], env=env, check=True
    )
    for path in (labels / "classes.tif", labels / "polygons.gpkg", picture):
        if not path.is_file():
            sys.exit(f"{path} was not made.")
        print(path)  # noqa: T201


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
