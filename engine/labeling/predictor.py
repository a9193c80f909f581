# SPDX-License-Identifier: GPL-2.0-or-later
"""Predictor: a network on a device, from input arrays to class codes and confidence."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

import torch

from ..architectures import averaged, fold
from ..process.allocator import trim_heap
from ..protocol import ModelError, row_named
from ..tiling.grid import padded_size
from .shift_and_stitch import ShiftAndStitch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    import numpy as np
    from torch import Tensor, nn

    from ..architectures.core import Core
    from ..protocol import ModelCard

LARGE_WEIGHT_BYTES = 32 << 20


class Ceilings(NamedTuple):
    """Heights above which a pixel cannot have some classes.

    Args:
        channel: input channel of the heights, scaled linearly.
        limits: pairs of an output channel and the largest value of the heights.
    """

    channel: int
    limits: tuple[tuple[int, float], ...]

    @classmethod
    def from_card(cls, card: ModelCard) -> Ceilings:
        """Return the ceilings of a model."""
        mean_m, std_m = card.normalization.height_mean_m, card.normalization.height_std_m
        limits = [
            (number, (card.ceilings_m[one.name] - mean_m) / std_m)
            for number, one in enumerate(card.legend.classes)
            if one.name in card.ceilings_m
        ]
        return cls(len(card.image_roles), tuple(limits))

    def lower(self, scores: Tensor, batch: Tensor, core: Core) -> None:
        """Set scores (N, classes, h, w) above the ceilings to minus infinity, in place.

        Args:
            scores: scores of the core.
            batch: (N, C, H, W), input of the network.
            core: rows and columns of the core within the windows.
        """
        for number, limit in self.limits:
            is_above = batch[:, self.channel, core[0], core[1]] > limit
            scores[:, number].masked_fill_(is_above.to(scores.device), -torch.inf)


NO_CEILINGS = Ceilings(0, ())


class Predictor:
    """Predictor for batches of windows of equal shape; thread-safe.

    Args:
        network: network in evaluation mode; a copy of it is folded.
        device: device of the network.
        codes: class code of each output channel, 1..255.
        stride_px: coarsest stride of the network.
        halo_px: context that a tile needs; None for a network whose input is the whole image.
        name: name of the model in messages.
        ceilings: heights above which a pixel cannot have some classes.
        turns: number of orientations of the windows whose scores are averaged; 1: only as they are.
    """

    def __init__(
        self,
        network: nn.Module,
        device: torch.device,
        *,
        codes: Sequence[int],
        stride_px: int,
        halo_px: int | None,
        name: str = "unnamed",
        ceilings: Ceilings = NO_CEILINGS,
        turns: int = 1,
    ) -> None:
        if device.type == "cuda":  # TF32 has a mantissa of 10 bits, which changes labels
            torch.backends.cudnn.allow_tf32 = False
        self.network = averaged(fold(network), turns).to(device)
        self.network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.device, self.codes = device, tuple(codes)
        self._trim_before_large_layers()
        self.stride_px, self.halo_px, self.name = stride_px, halo_px, name
        self._ceilings = ceilings

    @classmethod
    def from_card(
        cls,
        card: ModelCard,
        network: nn.Module,
        device: torch.device,
        *,
        halo_px: int = -1,
        stitch: bool = False,
    ) -> Predictor:
        """Return the predictor of a model.

        Args:
            card: card of the model.
            network: network in evaluation mode.
            device: device of the network.
            halo_px: context of a tile, rounded up to the stride and limited to the receptive field
                of the network; -1: the receptive field.
            stitch: whether every pixel is scored by shift-and-stitch instead of interpolation.

        Raises:
            ModelError: if the network has no coarse scores to stitch.
        """
        stride_px, full_px = row_named(card.architecture).geometry(card.options)
        given_px = full_px if halo_px < 0 else padded_size(halo_px, stride_px)
        if given_px is not None and full_px is not None:
            given_px = min(given_px, full_px)
        return cls(
            _stitching(card, network, stride_px) if stitch else network,
            device,
            codes=card.legend.codes,
            stride_px=stride_px,
            halo_px=given_px,
            name=card.name,
            ceilings=Ceilings.from_card(card),
            turns=card.averaged_turns,
        )

    def scores(self, batch: np.ndarray, core: Core) -> Tensor:
        """Return scores (N, classes, h, w) float32 of the core of windows, on the device.

        They are logits of a single orientation, or mean log-probabilities of several; the softmax
        of these is the normalized geometric mean of the probabilities.

        Args:
            batch: (N, C, H, W) float32, normalized; H and W are multiples of the stride.
            core: rows and columns of the core within the windows.
        """
        with torch.inference_mode():
            image = torch.from_numpy(batch).to(self.device)
            return self.network(image.contiguous(memory_format=torch.channels_last), core)

    def codes_and_confidence(
        self, batch: np.ndarray, core: Core, *, with_confidence: bool = True
    ) -> tuple[np.ndarray, np.ndarray | None]:
        """Return codes and confidence of the core of windows.

        Args:
            batch: (N, C, H, W) float32, normalized; H and W are multiples of the stride.
            core: rows and columns of the core within the windows.
            with_confidence: whether to compute the confidence, which takes some time.

        Returns:
            Class codes (N, h, w) uint8, and their probability in percent, (N, h, w) uint8, or
            None.

        Raises:
            ModelError: if a score is NaN or infinite.
        """
        scores = self.scores(batch, core)
        with torch.inference_mode():
            if not _are_finite(scores):
                raise ModelError(
                    f"The model '{self.name}' computes scores that are NaN or infinite, so its "
                    "labels would be invalid: its weights, or the normalization in its card, are "
                    "damaged. Get the model again, or choose another one."
                )
            self._ceilings.lower(scores, torch.from_numpy(batch), core)
            codes, percents = self.labels_of(scores, with_confidence=with_confidence)
            return codes.cpu().numpy(), None if percents is None else percents.cpu().numpy()

    def labels_of(
        self, scores: Tensor, *, with_confidence: bool = True
    ) -> tuple[Tensor, Tensor | None]:
        """Return codes and confidence of scores (N, classes, h, w); see `codes_and_confidence`."""
        best, codes = _best(scores, self.codes)
        return codes, _percent(scores, best) if with_confidence else None

    def _trim_before_large_layers(self) -> None:
        """Return freed maps to the system before a layer that copies large weights.

        The maps before are larger than those after, but too small for the copy: on a processor, the
        first fully connected layer of a VGG would add its 392 MB to the largest maps.
        """

        def trim(*_: object) -> None:
            if self.device.type == "cpu":
                trim_heap()

        for layer in self.network.modules():
            weight = getattr(layer, "weight", None)
            if isinstance(weight, torch.Tensor) and weight.nbytes >= LARGE_WEIGHT_BYTES:
                layer.register_forward_pre_hook(trim)

    def move_to_processor(self) -> None:
        """Compute on the processor from now on; not while another thread computes."""
        self.device = torch.device("cpu")
        self.network.to(self.device)

    @contextmanager
    def interruptible(self, raise_if_stopped: Callable[[], None]) -> Iterator[None]:
        """Call `raise_if_stopped` before each layer in the context, to stop within a tile."""
        hooks = [
            layer.register_forward_pre_hook(lambda *_: raise_if_stopped())
            for layer in self.network.modules()
        ]
        try:
            yield
        finally:
            for hook in hooks:
                hook.remove()


def _stitching(card: ModelCard, network: nn.Module, stride_px: int) -> nn.Module:
    center_px = getattr(network, "coarse_center_px", None)
    if center_px is None:
        raise ModelError(
            f"The model '{card.name}' does not compute its scores from one coarse map, so there is "
            "nothing to stitch: leave 'stitch' off, or choose a model of an architecture such as "
            "maggiori_fcn."
        )
    return ShiftAndStitch(network, stride_px, center_px)


def _are_finite(scores: Tensor) -> bool:
    """Return whether all scores are finite; their sum is a cheap first check."""
    return bool(torch.isfinite(scores.sum())) or bool(torch.isfinite(scores).all())


def _best(scores: Tensor, codes: Sequence[int]) -> tuple[Tensor, Tensor]:
    """Return the highest score and its class code, both (N, h, w); ties go to the first."""
    best = scores[:, 0].clone()
    winner = torch.full_like(best, codes[0], dtype=torch.uint8)
    for channel, code in zip(scores.unbind(1)[1:], codes[1:], strict=True):
        winner.masked_fill_(channel > best, code)
        torch.maximum(best, channel, out=best)
    return best, winner


def _percent(scores: Tensor, best: Tensor) -> Tensor:
    """Return the softmax of the highest score, (N, h, w) uint8, 0..100."""
    odds = (
        (scores - best.unsqueeze(1)).exp_().sum(1)
    )  # sum of all odds against the best class, >= 1
    return (100 / odds).round_().to(torch.uint8)
