# SPDX-License-Identifier: GPL-2.0-or-later
"""The tables' form: how files spell the layers of a network, and where ours has them.

A layer is called by its part: `conv1_1`, whatever it is called in a file or in our network. A
spelling says the name of each part in one family of files, a target says its place in one of our
architectures. So every file meets every architecture of its kind.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from ...protocol import Normalization

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from torch import Tensor

Tensors = dict[str, "Tensor"]
Places = tuple[tuple[str, str], ...]  # part, module of our network

ROLES = ("nir", "red", "green", "height")  # the order of our channels
GRAYS = 255.0
LOW_PERCENT = 0.1  # of the pixels are darker than black: photographs use their whole range


@dataclass(frozen=True)
class Inputs:
    """What the first layer of a file was trained on, and so how our channels are scaled.

    Colors are stretched to 0..1 first, as in every model; then `mean` is subtracted and the rest
    divided by `deviation`. A file that was trained on grays 0..255 has a deviation of 1/255. Near
    infrared, red and green take the places of red, green and blue.

    Args:
        roles: of its channels, in its order.
        mean: of each color, in its order, in 0..1.
        deviation: of each color.
        height_mean_m: of the heights, in meters.
        height_deviation_m: of the heights, such that they vary as much as the colors.
        height_limits_m: heights beyond are clipped.
    """

    roles: tuple[str, ...]
    mean: tuple[float, ...]
    deviation: tuple[float, ...]
    height_mean_m: float = 3.0
    height_deviation_m: float = 5.0
    height_limits_m: tuple[float, float] = (-2.0, 40.0)

    def normalization(self, roles: tuple[str, ...]) -> Normalization:
        """Return how a card with these roles scales its input."""
        colors = [self.roles.index(role) for role in roles if role != "height"]
        return Normalization(
            low_percent=LOW_PERCENT,
            high_percent=100 - LOW_PERCENT,
            stretch_limits=(0.0, 1.0),
            band_mean=tuple(self.mean[color] for color in colors),
            band_std=tuple(self.deviation[color] for color in colors),
            height_limits_m=self.height_limits_m,
            height_mean_m=self.height_mean_m,
            height_std_m=self.height_deviation_m,
        )


def grays(*means: float) -> Inputs:
    """Return what Caffe's classifiers are trained on: blue, green, red, 0..255 less their means."""
    return Inputs(
        roles=("green", "red", "nir"),
        mean=tuple(mean / GRAYS for mean in means),
        deviation=(1 / GRAYS,) * len(means),
        height_deviation_m=5.0 / 64,  # colors deviate by about 64 grays
    )


IMAGENET = Inputs(("nir", "red", "green"), (0.485, 0.456, 0.406), (0.229, 0.224, 0.225))


@dataclass(frozen=True)
class Spelling:
    """How a family of files names layers.

    Args:
        title: of the family, for people.
        names: of the layers in the file, by part.
        inputs: what the first layer was trained on.
        surplus: beginnings of names of layers that no network here needs.
        options: how an architecture must be built to take such a file, where it has the option.
        gsd_range_m: of the images it was trained on; photographs have none.
        prepare: changes tensors before they are looked at, where layers do not match one to one.
    """

    title: str
    names: Mapping[str, str]
    inputs: Inputs
    surplus: tuple[str, ...] = ()
    options: Mapping[str, str] = field(default_factory=dict)
    gsd_range_m: tuple[float, float] = (0.01, 100.0)
    prepare: Callable[[Tensors], Tensors] = dict


@dataclass(frozen=True)
class Target:
    """Where an architecture has its layers.

    Args:
        places: module of our network by part, in the order of the computation. A part that two
            streams share is named twice.
        spellings: of the files that fit.
        optional: parts that a file may lack.
        scores: parts whose outputs are the land classes; of two in a row the last one first.
        first: parts that read the image, where that is not the first place alone.
        depths: more places, by the value of the option `context_depth`.
        release: options of the authors' released build.
    """

    places: Places
    spellings: tuple[Spelling, ...]
    optional: tuple[str, ...] = ()
    scores: tuple[str, ...] = ()
    first: tuple[str, ...] = ()
    depths: Mapping[str, Places] = field(default_factory=dict)
    release: Mapping[str, str] = field(default_factory=dict)

    def built(self, options: Mapping[str, str]) -> Target:
        """Return the target of an architecture that is built with these options."""
        more = self.depths.get(options.get("context_depth", ""), ())
        return replace(self, places=(*self.places, *more), depths={})
