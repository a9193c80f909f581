"""What the end-to-end tests share: `qgis_process` with our plugin, and a scene.

They need the real engine. The QGIS under test is the one whose Python runs pytest:
`QGIS_PREFIX_PATH` names it, otherwise it is the installed one.
"""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from orthoscribe.plugin.engine_client.environment import installed_python

ROOT = Path(__file__).resolve().parents[2]
SIZE_PX = 256


def program():
    """Return `qgis_process`; the wrapper of QGIS 3.22 on Debian is broken, the binary is not."""
    binary = Path(os.environ.get("QGIS_PREFIX_PATH", "/usr")) / "bin" / "qgis_process.bin"
    return str(binary) if binary.exists() else shutil.which("qgis_process")


class QgisProcess:
    """Runs algorithms in a QGIS of their own, as somebody with a terminal would."""

    def __init__(self, folder):
        plugins = folder / "plugins"
        plugins.mkdir()
        (plugins / "orthoscribe").symlink_to(ROOT)
        runtime = folder / "runtime"
        runtime.mkdir(mode=0o700)
        self._environment = {
            **os.environ,
            "QT_QPA_PLATFORM": "offscreen",
            "XDG_RUNTIME_DIR": str(runtime),
            "QGIS_PLUGINPATH": str(plugins),
            "QGIS_CUSTOM_CONFIG_PATH": str(folder / "profile"),
            "OMP_NUM_THREADS": "1",
        }
        self("plugins", "enable", "orthoscribe")

    def __call__(self, *arguments, cwd=None):
        """Return the finished process."""
        return subprocess.run(
            [program(), *map(str, arguments)],
            env=self._environment,
            cwd=cwd,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def run(self, algorithm, cwd=None, **parameters):
        """Return the results of an algorithm or a model file that must succeed."""
        given = [f"--{key}={value}" for key, value in parameters.items()]
        done = self("--json", "run", algorithm, *given, cwd=cwd)
        assert done.returncode == 0, done.stdout + done.stderr
        return json.loads(done.stdout[done.stdout.index("{") :])["results"]

    def fail(self, algorithm, **parameters):
        """Return what is said about an algorithm that must fail."""
        given = [f"--{key}={value}" for key, value in parameters.items()]
        done = self("run", algorithm, *given)
        assert done.returncode == 1, done.stdout + done.stderr
        return done.stdout + done.stderr


@pytest.fixture(scope="session", autouse=True)
def engine():
    """Skip everything where the engine is not installed."""
    if installed_python() is None:
        pytest.skip("the engine is not installed: run 'make engine'")


@pytest.fixture(scope="session")
def qgis(engine, tmp_path_factory):
    """Return `qgis_process` with a profile of its own, our plugin enabled."""
    return QgisProcess(tmp_path_factory.mktemp("qgis"))


@pytest.fixture(scope="session")
def scene(qgis, tmp_path_factory):
    """Return the results of `orthoscribe:makescene`."""
    folder = tmp_path_factory.mktemp("scene 7 à la carte")
    return qgis.run(
        "orthoscribe:makescene",
        LAND="town",
        SEED=7,
        SIZE_PX=SIZE_PX,
        GSD_M=0.2,
        OUTPUT=folder / "made",
    )
