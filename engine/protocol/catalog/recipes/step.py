# SPDX-License-Identifier: GPL-2.0-or-later
"""One step of training as data: what it looks at, how that is changed, and how weights follow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional, Tuple

OPTIMIZERS = ("sgd", "adam", "adamw")


@dataclass(frozen=True)
class Sampling:
    """What a step looks at.

    Args:
        batch: images or patches that pass through the network together.
        patch_px: height and width of a patch; None: whole images.
        accumulated: batches whose gradients make one step.
        balanced_share: of the patches, centered on a pixel of a class drawn evenly; the others
            lie anywhere.
        kept_share: of the pixels of the scores, drawn one by one, that the loss looks at.
    """

    batch: int
    patch_px: Optional[Tuple[int, int]] = None
    accumulated: int = 1
    balanced_share: float = 0.0
    kept_share: float = 1.0

    def __post_init__(self) -> None:
        """Refuse steps that look at nothing."""
        if min(self.batch, self.accumulated, *(self.patch_px or ())) < 1:
            raise ValueError("A step needs at least one patch of at least one pixel.")
        if not (0 <= self.balanced_share <= 1 and 0 < self.kept_share <= 1):
            raise ValueError("Shares of patches and pixels must be within 0..1.")

    @property
    def images(self) -> int:
        """Number of images or patches behind one step."""
        return self.batch * self.accumulated


@dataclass(frozen=True)
class Augmentation:
    """How images are changed so that a network sees more than there is.

    Args:
        turns: quarter turns and mirror images, eight ways, equally likely.
        mirror: left and right are swapped in half of the cases.
        shift_px: the image is moved by up to so much along both axes; what comes in is its
            reflection, and unknown in the truth.
        gamma: how far Z of the gamma curve may be from zero, 0..0.5.
        rotation_deg: the image is rotated by up to so much.
        saturation: lowest and highest factor of the saturation.
        hue_deg: the hue is turned by up to so much.
    """

    turns: bool = False
    mirror: bool = False
    shift_px: int = 0
    gamma: float = 0.0
    rotation_deg: float = 0.0
    saturation: Tuple[float, float] = (1.0, 1.0)
    hue_deg: float = 0.0

    def __post_init__(self) -> None:
        """Refuse ranges that run backwards, and gamma curves that do not exist."""
        if not 0 <= self.gamma <= 0.5:
            raise ValueError(f"Gamma must be within 0..0.5, not {self.gamma}.")
        if min(self.shift_px, self.rotation_deg, self.hue_deg) < 0:
            raise ValueError("Shift, rotation and hue must not be below zero.")
        if not 0 <= self.saturation[0] <= self.saturation[1]:
            raise ValueError("The factors of the saturation must rise from zero or more.")


@dataclass(frozen=True)
class Optimizer:
    """What turns gradients into steps.

    Args:
        kind: one of `OPTIMIZERS`; Adam's decay is an L2 penalty, that of AdamW is not.
        momentum: of SGD.
        weight_decay: of the weights.
        bias_rate: factor of the learning rate of biases.
        bias_decay: factor of the decay of biases.
        norm_decay: factor of the decay of the scales and shifts of normalization.
        pretrained_divisor: of the learning rate of weights that come from elsewhere.
    """

    kind: str
    momentum: float = 0.0
    weight_decay: float = 0.0
    bias_rate: float = 1.0
    bias_decay: float = 1.0
    norm_decay: float = 1.0
    pretrained_divisor: float = 1.0

    def __post_init__(self) -> None:
        """Refuse numbers that let training diverge by themselves."""
        if self.kind not in OPTIMIZERS:
            raise ValueError(f"The optimizer must be one of {', '.join(OPTIMIZERS)}.")
        if not 0 <= self.momentum < 1 or (self.momentum and self.kind != "sgd"):
            raise ValueError("Momentum must be within 0..1, and belongs to SGD.")
        if min(self.weight_decay, self.bias_rate, self.bias_decay, self.norm_decay) < 0:
            raise ValueError("Rates and decays must not be below zero.")
        if self.pretrained_divisor < 1:
            raise ValueError("Pretrained weights must not learn faster than the others.")
