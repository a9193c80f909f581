# SPDX-License-Identifier: GPL-2.0-or-later
"""ResNet baseline of FRRN A: a single stream of residual units with long skip connections.

The input of a pool is added to the upsampled map at the same scale. The paper does not specify how;
adding without weights, and only the channels of the narrower map where they differ, reproduces its
number of parameters.

    T. Pohlen, A. Hermans, M. Mathias, B. Leibe, Full-Resolution Residual Networks for Semantic
    Segmentation in Street Scenes, CVPR 2017, Section 5.1.
"""

from __future__ import annotations

from torch import Tensor, nn
from torch.nn import functional

from ..blocks import scaled
from .chain import Chain, State
from .network import BASE, FRRN_A
from .stages import UNITS_AT_FULL_RESOLUTION, Stem
from .units import ResidualUnit, convolution
from .upsampling import BilinearDouble


class ResnetBaseline(Chain):
    """Residual encoder-decoder; the state consists of the open skips and the current map.

    Args:
        bands: number of input channels.
        classes: number of classes.
        skips: type of skip connection: "add" adds a skip to the leading channels only; "match"
            first maps it to the required channels with a 1x1 convolution.
        alignment: pixel alignment of bilinear upsampling: "half-pixel", "top-left" or "corners".
        width: multiplier of the paper's channels.
    """

    def __init__(
        self,
        bands: int,
        classes: int,
        *,
        skips: str = "add",
        alignment: str = "half-pixel",
        width: float = 1.0,
    ) -> None:
        base = scaled(BASE, width)
        stages: list[nn.Module] = [Begin(bands, base)]
        widths = [base]  # channels of the inputs of the pools
        for count, channels in FRRN_A.encoder:
            outputs = scaled(channels, width)
            stages.append(Down(widths[-1], outputs, count))
            widths.append(outputs)
        inputs = widths.pop()
        for count, channels in (*FRRN_A.decoder, (UNITS_AT_FULL_RESOLUTION, BASE)):
            outputs = scaled(channels, width)
            join = Join(widths.pop(), inputs, matched=skips == "match")
            stages.append(Up(inputs, outputs, count, join, alignment))
            inputs = outputs
        stages.append(End(base, classes))
        super().__init__(stages, FRRN_A.cuts)


def units(inputs: int, outputs: int, count: int) -> nn.Sequential:
    """Return a sequence of residual units, the first of which changes the number of channels."""
    return nn.Sequential(
        *[ResidualUnit(outputs if unit else inputs, outputs) for unit in range(count)]
    )


class Begin(nn.Module):
    """Stage before the first pool."""

    def __init__(self, bands: int, base: int) -> None:
        super().__init__()
        self.stem = Stem(bands, base)

    def forward(self, state: State) -> State:
        """Return (N, base, H, W) for an image (N, bands, H, W)."""
        (image,) = state
        return (self.stem(image),)


class Down(nn.Module):
    """Encoder stage: a pool and residual units."""

    def __init__(self, inputs: int, outputs: int, count: int) -> None:
        super().__init__()
        self.units = units(inputs, outputs, count)

    def forward(self, state: State) -> State:
        """Return the state with a new map, (N, outputs, h / 2, w / 2), appended."""
        pooled = functional.max_pool2d(state[-1], 2)  # (N, inputs, h / 2, w / 2)
        return (*state, self.units(pooled))


class Join(nn.Module):
    """Addition of a skip to a map with at least as many channels."""

    def __init__(self, skipped: int, channels: int, *, matched: bool) -> None:
        super().__init__()
        fits = skipped == channels
        self.match = convolution(skipped, channels, 1) if matched and not fits else nn.Identity()

    def forward(self, maps: Tensor, skip: Tensor) -> Tensor:
        """Add a skip (N, skipped, h, w) to maps (N, channels, h, w) in place and return them."""
        skip = self.match(skip)  # (N, skipped or channels, h, w)
        maps[:, : skip.shape[1]] += skip
        return maps


class Up(nn.Module):
    """Decoder stage: bilinear upsampling by two, addition of a skip and residual units."""

    def __init__(self, inputs: int, outputs: int, count: int, join: Join, alignment: str) -> None:
        super().__init__()
        self.enlarge = BilinearDouble(alignment)
        self.join = join
        self.units = units(inputs, outputs, count)

    def forward(self, state: State) -> State:
        """Return the state without its last skip and with a new map, (N, outputs, 2 h, 2 w)."""
        *open_skips, skip, maps = state
        return (*open_skips, self.units(self.join(self.enlarge(maps), skip)))


class End(nn.Module):
    """Classifier stage."""

    def __init__(self, base: int, classes: int) -> None:
        super().__init__()
        self.score = convolution(base, classes, 1, bias=True)

    def forward(self, state: State) -> State:
        """Return scores (N, classes, H, W) for a map (N, base, H, W)."""
        (maps,) = state
        return (self.score(maps),)
