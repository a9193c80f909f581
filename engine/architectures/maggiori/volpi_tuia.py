# SPDX-License-Identifier: GPL-2.0-or-later
"""Volpi and Tuia's deconvolution network: an encoder to stride 8 and three learned upsamplings.

It uses neither unpooling nor bilinear weights: the upsampling is learned by transposed
convolutions. The exact layers are not published; these are the choice of this project.

    M. Volpi, D. Tuia, Dense Semantic Labeling of Sub-Decimeter Resolution Images With
    Convolutional Neural Networks, IEEE TGRS 55(2), 2017; compared in E. Maggiori et al., IEEE TGRS
    55(12), 2017, Section III-B.
"""

from __future__ import annotations

from torch import Tensor, nn
from torch.nn import functional

from ..blocks import Conv, ConvNorm, scaled, score_layer

LAYERS = ((7, 64), (5, 64), (5, 128), (5, 256))  # kernel, channels; a 2x2 pool in between
BOTTLENECK = 512
DOUBLINGS = 3
SLOPE = 0.1


class LeakyBlock(ConvNorm):
    """Convolution, batch norm and leaky ReLU with a slope of 0.1."""

    def __init__(self, conv: Conv) -> None:
        super().__init__(conv, nn.BatchNorm2d(conv.out_channels))

    def forward(self, maps: Tensor) -> Tensor:
        """Return the feature maps of the block, (N, outputs, H stride, W stride)."""
        return functional.leaky_relu(super().forward(maps), SLOPE, inplace=True)


class VolpiTuia(nn.Module):
    """Encoder, bottleneck, learned upsampling and scores at full resolution.

    Args:
        bands: number of input channels.
        classes: number of classes.
        width: multiplier of the paper's channels.
    """

    def __init__(self, bands: int, classes: int, *, width: float = 1.0) -> None:
        super().__init__()
        self.encoder = nn.ModuleList()
        inputs = bands
        for kernel, channels in LAYERS:
            outputs = scaled(channels, width)
            self.encoder.append(LeakyBlock(nn.Conv2d(inputs, outputs, kernel, padding=kernel // 2)))
            inputs = outputs
        wide = scaled(BOTTLENECK, width)
        self.bottleneck = LeakyBlock(nn.Conv2d(inputs, wide, 1))
        self.decoder = nn.Sequential(
            *(
                LeakyBlock(nn.ConvTranspose2d(wide, wide, 4, stride=2, padding=1))
                for _ in range(DOUBLINGS)
            )
        )
        self.score = score_layer(wide, classes)

    def forward(self, image: Tensor) -> Tensor:
        """Return scores (N, classes, H, W) of an image (N, bands, H, W)."""
        maps = self.encoder[0](image)  # (N, 64, H, W)
        for block in self.encoder[1:]:
            maps = block(functional.max_pool2d(maps, 2))  # (N, C, h / 2, w / 2)
        maps = self.bottleneck(maps)  # (N, 512, H / 8, W / 8)
        return self.score(self.decoder(maps))  # (N, classes, H, W)
