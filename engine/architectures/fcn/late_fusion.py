# SPDX-License-Identifier: GPL-2.0-or-later
"""Late fusion: one network for the image, one for the heights, and the average of their scores.

Scores are averaged before the common upsampling, which gives the same result. According to the text
of the paper, scores are averaged; according to the caption of its Table 5, they are summed.

    E. Shelhamer, J. Long, T. Darrell, Fully Convolutional Networks for Semantic Segmentation,
    IEEE TPAMI 39(4), 2017, Section 5, Table 5.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .features import VggFeatures
from .head import ScoreLayer, ToPixels
from .network import WindowNetwork

if TYPE_CHECKING:
    from torch import Tensor, nn

    from ..core import Core
    from ..streams import Streams


class LateFusionFcn(WindowNetwork):
    """Two streams of features, each with a score layer.

    Args:
        streams: channels of the encoded input assigned to each stream.
        classes: number of classes.
        encoding: encoding of the input; None for the input itself.
        released: whether to pad as released instead of with same padding.
        average: whether to average the scores instead of summing them.
        width: multiplier of the paper's channels.
    """

    def __init__(
        self,
        streams: Streams,
        classes: int,
        *,
        encoding: nn.Module | None = None,
        released: bool = True,
        average: bool = True,
        width: float = 1.0,
    ) -> None:
        image = VggFeatures(streams.image_bands, released=released, width=width)
        heights = VggFeatures(streams.heights_bands, released=released, width=width)
        super().__init__(image.around, encoding)
        self.streams = streams
        self.image, self.heights = image, heights
        tap = image.taps[0]
        self.score_image = ScoreLayer(tap.channels, classes)
        self.score_heights = ScoreLayer(tap.channels, classes)
        self.share = 0.5 if average else 1.0
        self.to_pixels = ToPixels(tap.cells)

    def scores_of(self, window: Tensor, core: Core) -> Tensor:
        """Return scores (N, classes, h, w) of a core within a window (N, channels, H, W)."""
        image, heights = self.streams.split(window)
        image_scores = self.score_image(self.image(image)[0])  # (N, classes, h / 32, w / 32)
        height_scores = self.score_heights(self.heights(heights)[0])
        return self.to_pixels((image_scores + height_scores) * self.share, core)
