# SPDX-License-Identifier: GPL-2.0-or-later
"""Folder and job of the demo scene, which is made once for each version and kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..engine_client.environment import engine_home
from ..metadata import read_metadata
from ..protocol import SceneJob

if TYPE_CHECKING:
    from pathlib import Path

SEED = 7
SIZE_PX = 1024
GSD_M = 0.1


def demo_folder() -> Path:
    """Return the folder of this version's demo scene."""
    return engine_home() / "demo" / read_metadata().version


def demo_job() -> SceneJob:
    """Return the job that makes the demo scene."""
    return SceneJob(output=str(demo_folder()), land="town", seed=SEED, size_px=SIZE_PX, gsd_m=GSD_M)
