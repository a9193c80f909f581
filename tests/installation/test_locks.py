# SPDX-License-Identifier: GPL-2.0-or-later
"""Each lock is what its platform and every Python resolve to; nothing is installed.

uv reads the package index. Builds of torch from another index are compared by version alone, since
that index may be out of reach.
"""

import re
from pathlib import Path

import pytest
from orthoscribe.release.locks import LOCKS, PYTHONS, TARGETS, Pin, former_versions, resolve

ROOT = Path(__file__).resolve().parents[2]
UV = str(ROOT / "build" / "uv" / "bin" / "uv")


def locked(name):
    """Return the pins in the lock of a target."""
    text = (LOCKS / f"{name}.txt").read_text()
    blocks = re.findall(r"^([\w.-]+)==([^\s+]+)\S*((?: \\\n    \S+)+)", text, re.MULTILINE)
    return {
        package: Pin(version, set(re.findall(r"sha256:(\w+)", hashes)), 0)
        for package, version, hashes in blocks
    }


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
def test_lock_is_what_the_requirements_resolve_to(target, python):
    found, pins = resolve(UV, target, python, former_versions()), locked(target.name)
    assert {name: pin.version for name, pin in found.items()} == {
        name: pin.version for name, pin in pins.items()
    }
    unlocked = {name for name, pin in found.items() if not pin.hashes <= pins[name].hashes}
    assert unlocked == ({"torch"} if target.build else set())


def test_versions_are_the_same_everywhere():
    assert len({tuple(sorted(_common(target).items())) for target in TARGETS}) == 1


def _common(target):
    names = set.intersection(*(set(locked(each.name)) for each in TARGETS))
    return {name: pin.version for name, pin in locked(target.name).items() if name in names}
