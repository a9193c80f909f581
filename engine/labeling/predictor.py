# SPDX-License-Identifier: GPL-2.0-or-later
"""The predictor: a network on a device, from input arrays to codes and confidence."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import torch

from ..architectures import fold
from ..protocol import ModelError, row_named
from ..tiling.grid import padded_size
from .shift_and_stitch import ShiftAndStitch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    import numpy as np
    from torch import Tensor, nn

    from ..architectures.core import Core
    from ..protocol import ModelCard


class Predictor:
    """Labels batches of equal windows; threads may share it.

    Args:
        network: in evaluation mode; it is folded, and left as it is.
        device: where it runs.
        codes: what each output channel means in a class raster, 1..255.
        stride_px: coarsest stride of the network.
        halo_px: context that a tile needs; None for a network that must see the whole image.
        name: of the model, for messages.
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
    ) -> None:
        if device.type == "cuda":  # TF32 has 10 bits: enough to change labels
            torch.backends.cudnn.allow_tf32 = False
        self.network = fold(network).to(device)
        self.network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.device, self.codes = device, tuple(codes)
        self.stride_px, self.halo_px, self.name = stride_px, halo_px, name

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
            card: of the model.
            network: in evaluation mode.
            device: where it runs.
            halo_px: context of a tile, rounded up to the stride; -1, or more than the network
                sees: as much as it sees.
            stitch: score every pixel on shifted images instead of interpolating.

        Raises:
            ModelError: the network has no coarse map to stitch.
        """
        stride_px, seen_px = row_named(card.architecture).geometry(card.options)
        given_px = seen_px if halo_px < 0 else padded_size(halo_px, stride_px)
        if given_px is not None and seen_px is not None:
            given_px = min(given_px, seen_px)
        return cls(
            _stitching(card, network, stride_px) if stitch else network,
            device,
            codes=card.legend.codes,
            stride_px=stride_px,
            halo_px=given_px,
            name=card.name,
        )

    def scores(self, batch: np.ndarray, core: Core) -> Tensor:
        """Return scores (N, classes, h, w) float32 of the core of windows, on the device.

        Args:
            batch: (N, C, H, W) float32, normalized; H and W are multiples of the stride.
            core: rows and columns of the windows that are wanted.
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
            core: rows and columns of the windows that are wanted.
            with_confidence: compute it; it costs some time.

        Returns:
            Codes (N, h, w) uint8, and the probability of each in percent, (N, h, w) uint8, or
            None.

        Raises:
            ModelError: a score is NaN or infinite, so the labels would mean nothing.
        """
        scores = self.scores(batch, core)
        with torch.inference_mode():
            if not _are_finite(scores):
                raise ModelError(
                    f"The model '{self.name}' computes scores that are NaN or infinite, so its "
                    "labels would mean nothing: its weights, or the normalization in its card, are "
                    "damaged. Get the model again, or choose another one."
                )
            best, codes = _best(scores, self.codes)
            if not with_confidence:
                return codes.cpu().numpy(), None
            return codes.cpu().numpy(), _percent(scores, best).cpu().numpy()

    @contextmanager
    def interruptible(self, raise_if_stopped: Callable[[], None]) -> Iterator[None]:
        """While inside, call `raise_if_stopped` before each layer, so no tile outlasts a stop."""
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
            f"The model '{card.name}' does not score by one coarse map alone, so there is nothing "
            "to stitch: leave 'stitch' off, or choose a model of an architecture such as "
            "maggiori_fcn."
        )
    return ShiftAndStitch(network, stride_px, center_px)


def _are_finite(scores: Tensor) -> bool:
    """Return whether no score is NaN or infinite; one sum says so for nearly nothing."""
    return bool(torch.isfinite(scores.sum())) or bool(torch.isfinite(scores).all())


def _best(scores: Tensor, codes: Sequence[int]) -> tuple[Tensor, Tensor]:
    """Return the highest score and its code, both (N, h, w); the first of equals wins."""
    best = scores[:, 0].clone()
    winner = torch.full_like(best, codes[0], dtype=torch.uint8)
    for channel, code in zip(scores.unbind(1)[1:], codes[1:], strict=True):
        winner.masked_fill_(channel > best, code)
        torch.maximum(best, channel, out=best)
    return best, winner


def _percent(scores: Tensor, best: Tensor) -> Tensor:
    """Return the softmax of the highest score, (N, h, w) uint8, 0..100."""
    odds = (scores - best.unsqueeze(1)).exp_().sum(1)  # of all classes against the best, >= 1
    return (100 / odds).round_().to(torch.uint8)
