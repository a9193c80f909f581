# SPDX-License-Identifier: GPL-2.0-or-later
"""A training step as data: sampling, augmentation and optimizer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional, Tuple

OPTIMIZERS = ("sgd", "adam", "adamw")


@dataclass(frozen=True)
class Sampling:
    """Samples of a training step.

    Args:
        batch: batch size, in images or patches.
        patch_px: height and width of a patch; None: whole images.
        accumulated: number of batches whose gradients are accumulated.
        balanced_share: share of patches that are centered on a pixel of a class drawn uniformly;
            the others have random positions.
        kept_share: share of the scores' pixels, drawn independently, that enter the loss.
        drawn_cells: number of cells of 2 x 2 pixels drawn from each patch for the loss, by the
            weights of their classes; 0: all pixels. Only for MLP networks.
    """

    batch: int
    patch_px: Optional[Tuple[int, int]] = None
    accumulated: int = 1
    balanced_share: float = 0.0
    kept_share: float = 1.0
    drawn_cells: int = 0

    def __post_init__(self) -> None:
        """Check that a step has samples and that shares are valid."""
        if min(self.batch, self.accumulated, *(self.patch_px or ())) < 1:
            raise ValueError("A step needs at least one patch of at least one pixel.")
        if not (0 <= self.balanced_share <= 1 and 0 < self.kept_share <= 1):
            raise ValueError("Shares of patches and pixels must be within 0..1.")
        if self.drawn_cells < 0:
            raise ValueError("The number of drawn cells must not be negative.")

    @property
    def images(self) -> int:
        """Number of images or patches per step."""
        return self.batch * self.accumulated


@dataclass(frozen=True)
class Augmentation:
    """Random augmentation of images.

    Args:
        turns: whether to apply one of the eight combinations of rotations by 90 degrees and flips.
        mirror: whether to flip horizontally with probability 0.5.
        shift_px: largest shift along both axes in pixels; new pixels are reflected in the image
            and ignored in the labels.
        gamma: largest absolute value of Z of the gamma curve, 0..0.5.
        rotation_deg: largest rotation in degrees.
        saturation: lowest and highest factor of the saturation.
        hue_deg: largest rotation of the hue in degrees.
        stretch: standard deviation of the shift of the black and the white point, relative to their
            distance: percentiles differ between areas of an image.
        height_offset_m: largest offset of all heights of a patch in meters.
    """

    turns: bool = False
    mirror: bool = False
    shift_px: int = 0
    gamma: float = 0.0
    rotation_deg: float = 0.0
    saturation: Tuple[float, float] = (1.0, 1.0)
    hue_deg: float = 0.0
    stretch: float = 0.0
    height_offset_m: float = 0.0

    def __post_init__(self) -> None:
        """Check the ranges."""
        if not 0 <= self.gamma <= 0.5:
            raise ValueError(f"Gamma must be within 0..0.5, not {self.gamma}.")
        if min(self.shift_px, self.rotation_deg, self.hue_deg) < 0:
            raise ValueError("Shift, rotation and hue must not be negative.")
        if min(self.stretch, self.height_offset_m) < 0:
            raise ValueError("Deviations of stretch and heights must not be negative.")
        if not 0 <= self.saturation[0] <= self.saturation[1]:
            raise ValueError("The saturation factors must be ascending and not negative.")


@dataclass(frozen=True)
class Optimizer:
    """Optimizer and its hyperparameters.

    Args:
        kind: one of `OPTIMIZERS`; Adam's decay is an L2 penalty, that of AdamW is decoupled.
        momentum: momentum of SGD.
        weight_decay: weight decay.
        bias_rate: factor of the learning rate of biases.
        bias_decay: factor of the weight decay of biases.
        norm_decay: factor of the weight decay of normalization parameters.
        pretrained_divisor: divisor of the learning rate of pretrained weights.
        max_norm: norm that the gradient of all weights is clipped to; 0: it is not clipped.
    """

    kind: str
    momentum: float = 0.0
    weight_decay: float = 0.0
    bias_rate: float = 1.0
    bias_decay: float = 1.0
    norm_decay: float = 1.0
    pretrained_divisor: float = 1.0
    max_norm: float = 0.0

    def __post_init__(self) -> None:
        """Check the hyperparameters."""
        if self.kind not in OPTIMIZERS:
            raise ValueError(f"The optimizer must be one of {', '.join(OPTIMIZERS)}.")
        if not 0 <= self.momentum < 1 or (self.momentum and self.kind != "sgd"):
            raise ValueError("Momentum must be within 0..1, and is only for SGD.")
        if min(self.weight_decay, self.bias_rate, self.bias_decay, self.norm_decay) < 0:
            raise ValueError("Rates and decays must not be negative.")
        if self.max_norm < 0:
            raise ValueError("The norm that gradients are clipped to must not be negative.")
        if self.pretrained_divisor < 1:
            raise ValueError("Pretrained weights must not learn faster than the others.")
