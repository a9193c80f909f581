# SPDX-License-Identifier: GPL-2.0-or-later
"""A real QGIS on a virtual screen, with a profile and an engine home of its own.

pytest-qgis starts an application in this process too, so run with QT_QPA_PLATFORM=offscreen.
"""

import json
import logging
import os
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from orthoscribe.plugin.engine_client.environment import engine_home, installed_python
from orthoscribe.tests.gui.foreign_scene import make_foreign_scene

LOGGER = logging.getLogger(__name__)
ROOT = Path(__file__).resolve().parents[2]
DRIVER = Path(__file__).with_name("driver.py")
SETTINGS = """[PythonPlugins]
orthoscribe=true
[qgis]
checkVersion=false
showTips=false
"""
TIMEOUT_S = 240
MARGIN_S = 90  # for QGIS to start and to end
HANGING = 20  # times a limit: no computer is that busy, so something waits for something else
DIED = ("QGIS died on signal", "Traceback (most recent call last)", "Segmentation fault")


def pytest_addoption(parser):
    parser.addoption(
        "--time-limits",
        action="store_true",
        help="times must be within their limits, as on a computer with nothing else to do",
    )


@pytest.fixture(scope="session")
def assert_within(request):
    """Return a function that compares a time with its limit.

    Without `--time-limits` only a hang fails, because other programs make a window slow as well.
    """
    factor = 1 if request.config.getoption("--time-limits") else HANGING

    def compare(name, measured_s, limit_s):
        LOGGER.info("%s: %.3f s, limit %.3f s", name, measured_s, limit_s)
        assert measured_s < limit_s * factor, name

    return compare


@dataclass
class Visit:
    """What one visit to QGIS left: its exit code, log, notes and screenshots."""

    exit_code: int
    log: str
    folder: Path
    facts: dict = field(default_factory=dict)

    def screenshot(self, name):
        """Return the path of a screenshot, which must be there."""
        path = self.folder / f"{name}.png"
        assert path.is_file(), f"{name} is missing; facts: {self.facts}"
        return path

    def assert_is_well(self):
        """QGIS ended as it should, and nobody stumbled."""
        assert self.facts.get("error") is None, self.facts["error"]
        assert [line for line in self.log.splitlines() if any(sign in line for sign in DIED)] == []
        assert self.exit_code == 0, self.log[-3000:]


@pytest.fixture(scope="session")
def screens(tmp_path_factory):
    """Return where screenshots go: $ORTHOSCRIBE_SCREENS, or a temporary folder."""
    named = os.environ.get("ORTHOSCRIBE_SCREENS")
    return Path(named) if named else tmp_path_factory.mktemp("screens")


@pytest.fixture(scope="session")
def home(tmp_path_factory):
    """Return an engine home that borrows the installed engine and owns everything else."""
    if installed_python() is None:
        pytest.skip("The engine is not installed: run 'make engine'.")
    home = tmp_path_factory.mktemp("home")
    shutil.copy(engine_home() / "current.json", home)
    return home


@pytest.fixture(scope="session")
def foreign_scene(tmp_path_factory, home):
    """Return a folder with a generated town that is foreign to the bundled models."""
    folder = tmp_path_factory.mktemp("foreign")
    make_foreign_scene(folder, installed_python())
    return folder


@pytest.fixture(scope="session")
def visit(tmp_path_factory, screens, home):
    """Return a function that plays a scenario of the driver in QGIS and returns what it left."""
    if shutil.which("xvfb-run") is None or shutil.which("qgis") is None:
        pytest.skip("QGIS or xvfb is not installed: run 'make system'.")

    def play(scenario, home=home, driver=DRIVER, timeout_s=TIMEOUT_S, **variables):
        folder = tmp_path_factory.mktemp(scenario)
        shots = screens / scenario
        shutil.rmtree(shots, ignore_errors=True)
        for each in (shots, folder / "plugins", folder / "profiles/t/QGIS"):
            each.mkdir(parents=True)
        (folder / "runtime").mkdir(mode=0o700)
        (folder / "plugins/orthoscribe").symlink_to(ROOT)
        (folder / "profiles/t/QGIS/QGIS3.ini").write_text(SETTINGS)
        variables = {"ORTHOSCRIBE_TIMEOUT_S": str(timeout_s - MARGIN_S), **variables}
        done = run_qgis(folder, scenario, shots, home, driver, timeout_s, variables)
        notes = shots / "facts.json"
        facts = json.loads(notes.read_text()) if notes.exists() else {}
        return Visit(done.returncode, done.stdout, shots, facts)

    return play


def run_qgis(folder, scenario, shots, home, driver, timeout_s, variables):
    """Run QGIS with the driver; its output is one log."""
    environment = {
        **{name: value for name, value in os.environ.items() if name != "QT_QPA_PLATFORM"},
        "QGIS_PLUGINPATH": str(folder / "plugins"),
        "ORTHOSCRIBE_HOME": str(home),
        "ORTHOSCRIBE_SCENARIO": scenario,
        "ORTHOSCRIBE_SHOTS": str(shots),
        "XDG_RUNTIME_DIR": str(folder / "runtime"),
        "PYTHONPATH": str(DRIVER.parent),
        **variables,
        "LC_ALL": "C.UTF-8",
    }
    screen = ["xvfb-run", "-a", "-s", "-screen 0 1920x1080x24"]
    qgis = ["qgis", "--nologo", "--noversioncheck", "--profiles-path", str(folder)]
    return subprocess.run(
        [*screen, *qgis, "--profile", "t", "--code", str(driver)],
        env=environment,
        cwd=folder,
        text=True,
        errors="replace",
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=timeout_s,
        check=False,
    )
