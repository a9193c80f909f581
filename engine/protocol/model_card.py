# SPDX-License-Identifier: GPL-2.0-or-later
"""Model card: description of a trained model, without its weights.

A model is a folder with `model.json` (the card) and `weights.safetensors`. Input normalization,
band checks, the palette of rasters and the styles of vector layers are derived from the card.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Dict, Tuple

from .legend import Legend
from .numbers import is_divisor, is_number, is_range
from .words import is_printable

CARD_SCHEMA = 1
IMAGE_ROLES = ("nir", "red", "green")
HEIGHT_ROLE = "height"
AVERAGED_TURNS = (1, 2, 4)
LINE_BREAKS = {ord(sign): " " for sign in "\n\r\t"}


def check_averaged_turns(turns: int) -> None:
    """Check a number of orientations of the image whose scores are averaged.

    Raises:
        ValueError: if the number is not one of `AVERAGED_TURNS`.
    """
    if type(turns) is not int or turns not in AVERAGED_TURNS:
        raise ValueError(
            f"The number of averaged turns is {turns!r}; it must be one of "
            f"{', '.join(map(str, AVERAGED_TURNS))}."
        )


@dataclass(frozen=True)
class Normalization:
    """Normalization of raw values to the input of a network.

    An image band is stretched so that the scene's `low_percent` and `high_percent` percentiles
    become 0 and 1. It is clipped to `stretch_limits`, `band_mean` is subtracted, and the result is
    divided by `band_std`. With `stretch_together` the percentiles are computed over all bands,
    which keeps their ratios: a scene of bare fields does not become as green as one of meadows.
    With `balance_nir` near infrared gets one gain per scene before, so that the border between
    plants and the rest has the same ratio of near infrared to red in every scene.
    Heights above ground in meters are clipped to `height_limits_m`, `height_mean_m` is subtracted,
    and the result is divided by `height_std_m`. With a `height_knee_m` above 0 there is one more
    channel, asinh(h / knee), which is linear near the ground, where half a meter distinguishes a
    hedge from a lawn, and logarithmic far above it.
    With `greenness` the last channel is the NDVI of the balanced bands, less 0.13 and divided by
    0.2, so that the border between plants and the rest becomes 0.
    """

    low_percent: float = 1.0
    high_percent: float = 99.0
    stretch_together: bool = False
    balance_nir: bool = False
    stretch_limits: Tuple[float, float] = (-0.5, 1.5)
    band_mean: Tuple[float, ...] = (0.5, 0.5, 0.5)
    band_std: Tuple[float, ...] = (0.25, 0.25, 0.25)
    height_limits_m: Tuple[float, float] = (-2.0, 40.0)
    height_mean_m: float = 3.0
    height_std_m: float = 5.0
    height_knee_m: float = 0.0
    greenness: bool = False

    def __post_init__(self) -> None:
        """Check that the numbers are finite and large enough to divide by, and the ranges."""
        if not 0 <= self.low_percent < self.high_percent <= 100:
            raise ValueError("The percentiles of a normalization must rise within 0..100.")
        if self.balance_nir and not self.stretch_together:
            raise ValueError("A normalization that balances NIR must stretch all bands together.")
        if self.greenness and not self.balance_nir:
            raise ValueError("A normalization with a channel of greenness must balance NIR.")
        if len(self.band_mean) != len(self.band_std):
            raise ValueError("A normalization needs one mean and one deviation for each band.")
        if not all(map(is_number, (*self.band_mean, self.height_mean_m))):
            raise ValueError("The means of a normalization must be finite numbers.")
        if not all(map(is_divisor, (*self.band_std, self.height_std_m))):
            raise ValueError(
                "The deviations of a normalization must be finite numbers above zero, and not so "
                "small that they vanish in 32 bits."
            )
        if not (is_range(*self.stretch_limits) and is_range(*self.height_limits_m)):
            raise ValueError(
                "The limits of a normalization (stretch_limits, height_limits_m) must be finite "
                "numbers that rise."
            )
        if self.height_knee_m != 0 and not is_divisor(self.height_knee_m):
            raise ValueError("The knee of the heights must be a finite number of 0 or more meters.")

    @property
    def bends_heights(self) -> bool:
        """Whether there is a second height channel."""
        return self.height_knee_m > 0

    def channels_of(self, roles: Tuple[str, ...]) -> int:
        """Return the number of input channels for these roles."""
        more = self.bends_heights and HEIGHT_ROLE in roles
        return len(roles) + int(more) + int(self.greenness)


@dataclass(frozen=True)
class ModelCard:
    """Content of `model.json`.

    Args:
        name: identifier, equal to the name of the folder.
        title: display name.
        summary: short description of training data and use.
        architecture: name of the architecture in the catalog.
        options: options of the architecture, by name; see the row of the catalog.
        legend: land classes; output channel i is the class `legend.codes[i]`.
        roles: roles of the input in order; `channels` is the number of input channels.
        gsd_range_m: finest and coarsest ground sampling distance of the input in training.
        normalization: normalization of the input.
        finest_image_m: ground sampling distance of the finest images that were reduced for
            training; 0: none.
        coarsest_image_m: ground sampling distance of the coarsest images that were enlarged for
            training; 0: none.
        enlarged_to_m: ground sampling distance to which coarser images are enlarged, within
            `gsd_range_m`; 0: the coarsest of the range.
        ceilings_m: largest height above ground of a class in meters, by the name of the class;
            higher pixels get the class with the next best score.
        averaged_turns: number of evenly spaced orientations of the image whose scores are averaged
            in labeling, one of `AVERAGED_TURNS`; 1: only the image as it is.
        untrained: names of new layers with random weights; such a model must be trained before use.
        scores: measured quality by name: `overall_accuracy`, `f1_car`, ...
        license: license of the weights.
        provenance: origin of the weights: script, date, seeds, data, versions.
        earlier_runs: provenance of the training runs before the last one, the latest first;
            `weights_sha256` is that of the weights that a run ended with.
        note: remark of the user.
        verdict: verdict of the fine-tuning, one of `finetune_report.VERDICTS`; empty for other
            models. A red one is a draft.
        weights_sha256: SHA-256 of `weights.safetensors`.
        schema: version of this record.
    """

    name: str
    title: str
    summary: str
    architecture: str
    legend: Legend
    roles: Tuple[str, ...]
    gsd_range_m: Tuple[float, float]
    normalization: Normalization
    license: str
    weights_sha256: str
    options: Dict[str, str] = field(default_factory=dict)
    untrained: Tuple[str, ...] = ()
    finest_image_m: float = 0.0
    coarsest_image_m: float = 0.0
    enlarged_to_m: float = 0.0
    ceilings_m: Dict[str, float] = field(default_factory=dict)
    averaged_turns: int = 1
    scores: Dict[str, float] = field(default_factory=dict)
    provenance: Dict[str, str] = field(default_factory=dict)
    earlier_runs: Tuple[Dict[str, str], ...] = ()
    note: str = ""
    verdict: str = ""
    schema: int = CARD_SCHEMA

    def __post_init__(self) -> None:
        """Check that the values are consistent."""
        if self.schema != CARD_SCHEMA:
            raise ValueError(
                f"The card has schema {self.schema}, this version reads {CARD_SCHEMA}."
            )
        lines = "".join((self.title, self.summary, self.license, self.note, *self._provenance))
        if not is_printable(lines.translate(LINE_BREAKS)):
            raise ValueError("The texts of the card have control characters.")
        unknown = [role for role in self.roles if role not in (*IMAGE_ROLES, HEIGHT_ROLE)]
        if unknown or len(set(self.roles)) < len(self.roles) or not self.image_roles:
            raise ValueError(f"The card's band roles {self.roles} are unknown or repeated.")
        if len(self.normalization.band_mean) != len(self.image_roles):
            raise ValueError("The card's normalization does not have one mean for each band.")
        if self.normalization.balance_nir and self.image_roles[:2] != ("nir", "red"):
            raise ValueError("A card that balances NIR must begin with the bands NIR and red.")
        check_averaged_turns(self.averaged_turns)
        self._check_gsds()
        self._check_ceilings()
        odd = [name for name, score in self.scores.items() if not is_number(score)]
        if odd:
            raise ValueError(f"The card's score '{odd[0]}' is not a finite number.")

    def _check_gsds(self) -> None:
        """Check that the GSD of images and of the input agree."""
        finest_m, coarsest_m = self.gsd_range_m
        if not (is_divisor(finest_m) and is_number(coarsest_m) and finest_m <= coarsest_m):
            raise ValueError(f"The card's GSD range {self.gsd_range_m} is not a range.")
        if self.enlarged_to_m != 0 and not finest_m <= self.enlarged_to_m <= coarsest_m:
            raise ValueError(
                f"The card enlarges to {self.enlarged_to_m} m, which is outside its GSD range."
            )
        if self.finest_image_m != 0 and not (
            is_divisor(self.finest_image_m) and self.finest_image_m <= finest_m
        ):
            raise ValueError(
                f"The card's finest image, {self.finest_image_m} m, is coarser than its GSD "
                "range, or not a positive number."
            )
        if self.coarsest_image_m != 0 and not (
            is_number(self.coarsest_image_m) and self.coarsest_image_m >= coarsest_m
        ):
            raise ValueError(
                f"The card's coarsest image, {self.coarsest_image_m} m, is finer than its GSD "
                "range, or not a finite number."
            )

    def _check_ceilings(self) -> None:
        """Check that ceilings belong to some classes of a legend, and that heights are read."""
        names = {one.name for one in self.legend.classes}
        unknown = sorted(set(self.ceilings_m) - names)
        if unknown:
            raise ValueError(f"The card has a ceiling for '{unknown[0]}', which is not a class.")
        if not all(map(is_number, self.ceilings_m.values())):
            raise ValueError("The card's ceilings must be finite numbers of meters.")
        if self.ceilings_m and (len(self.ceilings_m) == len(names) or not self.wants_heights):
            raise ValueError("A card with ceilings needs heights, and a class without a ceiling.")

    @property
    def _provenance(self) -> Tuple[str, ...]:
        runs = (self.provenance, *self.earlier_runs)
        return tuple(text for run in runs for fact in run.items() for text in fact)

    @property
    def image_roles(self) -> Tuple[str, ...]:
        """Roles that come from the image, in channel order."""
        return tuple(role for role in self.roles if role != HEIGHT_ROLE)

    @property
    def channels(self) -> int:
        """Number of input channels of the network."""
        return self.normalization.channels_of(self.roles)

    @property
    def wants_heights(self) -> bool:
        """Whether the input includes heights above ground."""
        return HEIGHT_ROLE in self.roles
