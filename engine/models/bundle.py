# SPDX-License-Identifier: GPL-2.0-or-later
"""Model bundles: trained models on disk.

A bundle is a folder with `model.json`, the card, and `weights.safetensors`. Nothing in it is ever
executed, and its content is untrusted: the weights must have the hash given in the card and exactly
the tensors of its architecture.
"""

from __future__ import annotations

import hashlib
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import safetensors.torch

from ..architectures import build
from ..architectures.uninitialized import blank_weights
from ..protocol import (
    CARD_NAME,
    CATALOG,
    ModelCard,
    ModelError,
    OutputError,
    card_from_json,
    card_to_json,
    row_named,
)
from .tensors import check_tensors
from .weights_buffer import TooLargeError, read_buffer, read_tensors

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import torch
    from torch import nn

WEIGHTS_NAME = "weights.safetensors"
LARGEST_CARD_BYTES = 1 << 20
LARGEST_WEIGHTS_BYTES = 4 << 30


@dataclass(frozen=True)
class Bundle:
    """Folder of a model and its card."""

    folder: Path
    card: ModelCard


def load_bundle(folder: Path) -> Bundle:
    """Read the card of a model; the weights are read by `load_network`.

    Raises:
        ModelError: if the folder is missing, the card is invalid or the architecture is unknown.
    """
    with _readable(folder / CARD_NAME):
        text = read_buffer(folder / CARD_NAME, LARGEST_CARD_BYTES)
    try:
        card = card_from_json(text.numpy().tobytes().decode("utf-8"))
    except (ModelError, UnicodeDecodeError) as error:
        raise ModelError(
            f"The model card {folder / CARD_NAME} is invalid: {error} Get a new copy of the model "
            "or repair the card."
        ) from error
    if card.architecture not in [row.name for row in CATALOG]:
        raise ModelError(
            f"The model '{card.name}' has the architecture '{card.architecture}', which this "
            "version does not support: update Orthoscribe, or choose another model."
        )
    try:
        row_named(card.architecture).settled(card.options)
    except ValueError as error:
        raise ModelError(
            f"The model '{card.name}' cannot be built by this version: {error} Update "
            "Orthoscribe, or choose another model."
        ) from error
    return Bundle(folder, card)


def build_of(card: ModelCard) -> nn.Module:
    """Return a new network as described by a card."""
    return build(card.architecture, card.channels, len(card.legend), card.options)


def load_network(bundle: Bundle) -> nn.Module:
    """Return the network of a bundle in evaluation mode, on the CPU.

    Raises:
        ModelError: if the weights are missing, do not have the hash in the card or do not match
            the architecture.
    """
    card = bundle.card
    try:
        with _readable(bundle.folder / WEIGHTS_NAME):
            tensors, digest = read_tensors(bundle.folder / WEIGHTS_NAME, LARGEST_WEIGHTS_BYTES)
    except ValueError as error:
        raise ModelError(
            f"The weights of the model '{card.name}' cannot be read ({error}): get a new copy of "
            "the model."
        ) from error
    if digest != card.weights_sha256:
        raise ModelError(
            f"The weights of the model '{card.name}' do not match the hash in its card: the file "
            "is damaged or was replaced. Get a new copy of the model."
        )
    with blank_weights():  # the file's own take their place
        network = build_of(card)
    check_tensors(card, tensors, network.state_dict())
    network.load_state_dict(tensors, assign=True)
    return network.eval()


def save_bundle(folder: Path, card: ModelCard, network: nn.Module) -> Bundle:
    """Write a model; the card is written last, so a folder with a card is complete.

    Args:
        folder: folder of the model, created if missing.
        card: card, whose hash is replaced by that of the weights.
        network: network described by the card, in any mode, on any device.

    Returns:
        The bundle, with the hash in its card.

    Raises:
        ModelError: if the network does not match the card, or has NaN or infinite values.
        OutputError: if the folder cannot be written.
    """
    tensors = {name: value.detach().cpu().contiguous() for name, value in _state(network)}
    with blank_weights():
        expected = build_of(card).state_dict()
    check_tensors(card, tensors, expected)
    content = safetensors.torch.save(tensors)
    card = replace(card, weights_sha256=hashlib.sha256(content).hexdigest())
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / CARD_NAME).unlink(missing_ok=True)
        (folder / WEIGHTS_NAME).write_bytes(content)
        (folder / CARD_NAME).write_text(card_to_json(card), encoding="utf-8")
    except OSError as error:
        raise OutputError(
            f"The model cannot be written to {folder} ({error.strerror}): choose a writable folder "
            "on a disk with free space."
        ) from error
    return Bundle(folder, card)


def _state(network: nn.Module) -> list[tuple[str, torch.Tensor]]:
    return sorted(network.state_dict().items())


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    """Convert errors of reading a file of a model into a message; a context manager.

    Raises:
        ModelError: if the file is missing, unreadable or larger than any model.
    """
    try:
        yield
    except OSError as error:
        raise ModelError(
            f"The model in {path.parent} cannot be read: {path.name} is missing or not readable "
            f"({error.strerror}). Choose a folder with {CARD_NAME} and {WEIGHTS_NAME}."
        ) from error
    except TooLargeError as error:
        raise ModelError(f"{error}, more than any model: choose another model folder.") from error
