# SPDX-License-Identifier: GPL-2.0-or-later
"""The shim of `qgis` comes first on the path, and one application is made without a screen."""

import os
import sys
from pathlib import Path

import pytest

os.environ["QT_QPA_PLATFORM"] = "offscreen"
sys.path.insert(0, str(Path(__file__).parent / "shim"))


@pytest.fixture(scope="session", autouse=True)
def application():
    from PyQt6.QtWidgets import QApplication

    return QApplication.instance() or QApplication(["test"])
