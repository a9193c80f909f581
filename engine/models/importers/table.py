# SPDX-License-Identifier: GPL-2.0-or-later
"""Structure of the import tables, which map the layers of files to those of networks.

A layer is identified by its part, for example `conv1_1`, independent of its name in a file or in a
network. A spelling maps parts to the names in one family of files, a target maps parts to the
places in one architecture. Any file can thus be combined with any architecture of its kind.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from ...protocol import Normalization

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from torch import Tensor

Tensors = dict[str, "Tensor"]
Places = tuple[tuple[str, str], ...]  # part, module of the network

ROLES = ("nir", "red", "green", "height")  # order of the input channels
GRAYS = 255.0
LOW_PERCENT = 0.1  # pixels clipped to black, in percent: photographs use their whole range


@dataclass(frozen=True)
class Inputs:
    """Inputs that a file was trained on, which determine the normalization of the channels.

    Colors are first stretched to 0..1, as in every model; then `mean` is subtracted and the result
    divided by `deviation`. A file trained on gray levels 0..255 has a deviation of 1/255. Near
    infrared, red and green replace red, green and blue.

    Args:
        roles: roles of the input channels, in the order of the file.
        mean: mean of each color, in the order of the file, in 0..1.
        deviation: divisor of each color.
        height_mean_m: mean of the heights in meters.
        height_deviation_m: divisor of the heights in meters, for the same variation as colors.
        height_limits_m: limits in meters to which heights are clipped.
    """

    roles: tuple[str, ...]
    mean: tuple[float, ...]
    deviation: tuple[float, ...]
    height_mean_m: float = 3.0
    height_deviation_m: float = 5.0
    height_limits_m: tuple[float, float] = (-2.0, 40.0)

    def normalization(self, roles: tuple[str, ...]) -> Normalization:
        """Return the normalization of a card with these roles."""
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
    """Return the inputs of Caffe's classifiers: blue, green, red in 0..255 minus their means."""
    return Inputs(
        roles=("green", "red", "nir"),
        mean=tuple(mean / GRAYS for mean in means),
        deviation=(1 / GRAYS,) * len(means),
        height_deviation_m=5.0 / 64,  # the standard deviation of colors is about 64
    )


IMAGENET = Inputs(("nir", "red", "green"), (0.485, 0.456, 0.406), (0.229, 0.224, 0.225))


@dataclass(frozen=True)
class Spelling:
    """Layer names of a family of files.

    Args:
        title: human-readable name of the family.
        names: names of the layers in the file, by part.
        inputs: inputs that the file was trained on.
        surplus: name prefixes of layers that no network here uses.
        options: options of the architecture required by the file, applied if it has them.
        gsd_range_m: ground sample distances of the training images; photographs have none.
        prepare: function that converts tensors if layers do not match one to one.
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
    """Places of the layers in an architecture.

    Args:
        places: part and module of the network, in order of computation; a part shared by two
            streams occurs twice.
        spellings: spellings of the supported files.
        optional: parts that may be missing in a file.
        scores: parts whose outputs are the classes; of two successive ones, the last one first.
        first: parts whose input is the image, if not only the first place.
        depths: additional places by the value of the option `context_depth`.
        release: options of the network as released by the authors.
    """

    places: Places
    spellings: tuple[Spelling, ...]
    optional: tuple[str, ...] = ()
    scores: tuple[str, ...] = ()
    first: tuple[str, ...] = ()
    depths: Mapping[str, Places] = field(default_factory=dict)
    release: Mapping[str, str] = field(default_factory=dict)

    def built(self, options: Mapping[str, str]) -> Target:
        """Return the target of the architecture with these options."""
        more = self.depths.get(options.get("context_depth", ""), ())
        return replace(self, places=(*self.places, *more), depths={})
