# SPDX-License-Identifier: GPL-2.0-or-later
"""Network input: windows of a scene on disk, normalized as in labeling."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING

from ..raster.normalize import normalize

if TYPE_CHECKING:
    import numpy as np

    from ..protocol import Normalization
    from ..raster.reader import SceneReader
    from ..raster.working import WorkingScene
    from ..tiling.window import Window


class NetworkInput:
    """Reads normalized input channels of a scene; safe to share between threads.

    Args:
        scene: scene, open for reading, on its own pixels or resampled; also available as `scene`.
        normalization: normalization of the model.
        band_ranges: black and white point of each band.
    """

    def __init__(
        self,
        scene: SceneReader | WorkingScene,
        normalization: Normalization,
        band_ranges: tuple[tuple[float, float], ...],
    ) -> None:
        self.scene, self._lock = scene, Lock()
        self._normalization, self._band_ranges = normalization, band_ranges

    def read(self, window: Window) -> tuple[np.ndarray, np.ndarray]:
        """Return channels (C, h, w) float32 and validity (h, w) bool of a window of the scene.

        Raises:
            InputError: if a block of a file cannot be read.
        """
        with self._lock:
            chip = self.scene.read(window)
        return normalize(*chip, self._normalization, self._band_ranges), chip.valid
