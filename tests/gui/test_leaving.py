# SPDX-License-Identifier: GPL-2.0-or-later
"""QGIS ends well after a loop of the wizard, and in the middle of it; seen in its exit status."""

import os
from pathlib import Path

import pytest

DRIVER = Path(__file__).with_name("improving.py")
ROUNDS = int(os.environ.get("ORTHOSCRIBE_ROUNDS", "1"))  # a crash need not come each time
LEFT_ON_THE_MAP = {"leave_after_trial": [], "leave_with_all_open": ["QgsHighlight", "SwipeItem"]}


@pytest.mark.parametrize("number", range(ROUNDS))
@pytest.mark.parametrize("scenario", sorted(LEFT_ON_THE_MAP))
def test_qgis_ends_well(visit, foreign_scene, scenario, number):
    seen = visit(scenario, driver=DRIVER, timeout_s=500, ORTHOSCRIBE_SCENE=str(foreign_scene))
    seen.assert_is_well()
    assert seen.facts["items"] == LEFT_ON_THE_MAP[scenario]
