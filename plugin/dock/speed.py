# SPDX-License-Identifier: GPL-2.0-or-later
"""Measured speed of past runs, from which the duration of the next one is estimated."""

from __future__ import annotations

import json
from typing import Dict, Optional

from ..i18n import tr
from ..settings import SPEEDS


def remember_speed(model: str, device: str, megapixels: float, elapsed_s: float) -> None:
    """Store the speed of a run.

    Args:
        model: name or folder of the model.
        device: one of `DEVICES`.
        megapixels: size of the labeled part of the image.
        elapsed_s: duration of the run in seconds.
    """
    if megapixels > 0 and elapsed_s > 0:
        speeds = {**_speeds(), _key(model, device): megapixels / elapsed_s}
        SPEEDS.write(json.dumps(speeds))


def expected_duration_s(model: str, device: str, megapixels: float) -> Optional[float]:
    """Return the expected duration of a run in seconds; None without a measured speed."""
    speed = _speeds().get(_key(model, device), 0.0)
    return megapixels / speed if speed > 0 else None


def duration_text(seconds: float) -> str:
    """Return a rounded text for an expected duration.

    >>> [duration_text(each) for each in (3, 42, 100, 4000)]
    ['about 3 s', 'about 40 s', 'about 2 min', 'about 1 h 7 min']
    """
    if seconds < 10:
        return tr("about {seconds} s").format(seconds=max(1, round(seconds)))
    if seconds < 58:
        return tr("about {seconds} s").format(seconds=5 * round(seconds / 5))
    minutes = max(1, round(seconds / 60))
    if minutes < 60:
        return tr("about {minutes} min").format(minutes=minutes)
    return tr("about {hours} h {minutes} min").format(hours=minutes // 60, minutes=minutes % 60)


def _key(model: str, device: str) -> str:
    return f"{device}|{model}"


def _speeds() -> Dict[str, float]:
    """Return the stored speeds, without entries that another program has damaged."""
    try:
        stored = json.loads(SPEEDS.read())
    except ValueError:
        return {}
    if not isinstance(stored, dict):
        return {}
    return {key: float(value) for key, value in stored.items() if isinstance(value, (int, float))}
