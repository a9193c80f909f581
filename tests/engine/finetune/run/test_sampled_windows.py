# SPDX-License-Identifier: GPL-2.0-or-later
"""Windows are spread over the scenes and lie within them."""

from __future__ import annotations

import pytest
from orthoscribe.engine.finetune.run.sampled_windows import MOST_WINDOWS, sampled_windows


class Scene:
    def __init__(self, height, width):
        self.height, self.width = height, width


@pytest.mark.parametrize(
    "sizes", [[(100, 60)], [(5000, 7000)], [(1000, 400)] * 3, [(900, 900)] * 9]
)
def test_windows_lie_within_their_scenes_and_apart(sizes):
    scenes = [Scene(*size) for size in sizes]
    windows = sampled_windows(scenes)
    assert 0 < len(windows) <= max(MOST_WINDOWS, len(scenes))
    assert len(set(windows)) == len(windows)
    for at, window in windows:
        assert window == window.clip(scenes[at].height, scenes[at].width)
        assert not window.is_empty
    for number, (at, window) in enumerate(windows):
        others = [other for scene, other in windows[number + 1 :] if scene == at]
        assert all(window.intersect(other).is_empty for other in others)


def test_large_scene_is_covered_from_corner_to_corner():
    rows = [window.row for _, window in sampled_windows([Scene(5000, 5000)])]
    assert min(rows) == 0
    assert max(rows) > 4000
