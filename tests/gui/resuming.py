# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs inside QGIS: labelings that are interrupted, and the offer to resume or discard them."""

import os
import time
from pathlib import Path

from driver import Player, engines, open_with_demo, pause, show_dock
from qgis.core import QgsProject
from qgis.utils import iface

OUTPUT = Path(os.environ["ORTHOSCRIBE_OUTPUT"])
BEGUN_BYTES = 30_000


def blocks_bytes():
    """Return the size of the finished blocks of all runs."""
    return sum(each.stat().st_size for each in OUTPUT.glob("*/.orthoscribe-unfinished/blocks"))


def begin(stage):
    """Label the demo scene in small tiles until some of them are finished."""
    yield from open_with_demo(stage)
    stage.child("output").setFilePath(str(OUTPUT))
    stage.child("tile_size_px").setValue(64)
    yield pause(0.5)
    yield lambda: stage.can_press("run")
    stage.press("run")
    yield lambda: blocks_bytes() > BEGUN_BYTES


def note_offer(stage, name):
    stage.note(
        **{name: stage.child("interrupted").text(), f"{name}_shown": stage.is_shown("resume")}
    )
    stage.shoot(name)


def killed_engine(stage):
    """The engine is killed, and then QGIS."""
    yield from begin(stage)
    os.kill(engines()[0], 9)
    yield lambda: stage.is_shown("run")
    yield pause(0.5)
    stage.note(message=stage.child("message").text())
    note_offer(stage, "offered_at_once")
    os.kill(os.getpid(), 9)


def resumed(stage):
    """The next QGIS offers the labeling, and goes on with it."""
    yield pause(1.0)
    stage.note(told=[item.text() for item in iface.messageBar().items()])
    yield from show_dock(stage)
    note_offer(stage, "offered")
    stage.press("resume")
    yield lambda: stage.is_shown("run")
    yield pause(0.5)
    root = QgsProject.instance().layerTreeRoot()
    stage.note(message=stage.child("message").text(), layers=len(root.findLayers()))
    stage.note(is_offered_again=stage.is_shown("resume"))
    stage.shoot("resumed")


def closed(stage):
    """QGIS is killed while the engine works."""
    yield from begin(stage)
    stage.note(engine=engines()[0], killed_at_s=time.time())
    os.kill(os.getpid(), 9)


def discarded(stage):
    """The next QGIS offers the labeling, and the user discards it."""
    yield from show_dock(stage)
    note_offer(stage, "offered")
    stage.press("discard")
    yield pause(0.3)
    stage.note(is_offered_again=stage.is_shown("resume"))


PLAYER = Player(globals()[os.environ["ORTHOSCRIBE_SCENARIO"]])
