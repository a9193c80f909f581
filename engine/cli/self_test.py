# SPDX-License-Identifier: GPL-2.0-or-later
"""The verb `self-test`: check that the device computes correct results.

One convolution on the selected device is compared with the same one on the processor.
"""

from __future__ import annotations

import json
import platform
import time
from typing import TYPE_CHECKING

import torch

from ..process.device import choose_device
from .exit_codes import DONE, FAILED

if TYPE_CHECKING:
    from argparse import Namespace

    from ..process.channel import Channel

TOLERANCE = 1e-2  # a graphics card may round the factors of a convolution to TF32


def main(given: Namespace, channel: Channel) -> int:
    """Print the results as JSON; `is_ok` is true if the device computes correct results.

    Raises:
        DeviceError: if the device is not available.
    """
    start_s = time.monotonic()
    device = choose_device(given.device)
    difference = largest_difference(device)
    found = {
        "is_ok": difference <= TOLERANCE,
        "device": str(device),
        "largest_difference": difference,
        "torch": torch.__version__,
        "python": platform.python_version(),
        "elapsed_s": round(time.monotonic() - start_s, 3),
    }
    channel.send(json.dumps(found, indent=2))
    return DONE if found["is_ok"] else FAILED


def largest_difference(device: torch.device) -> float:
    """Return the largest difference from the processor for one convolution with results near 1."""
    generator = torch.Generator().manual_seed(7)
    image = torch.rand(1, 4, 64, 64, generator=generator)
    kernel = torch.rand(8, 4, 3, 3, generator=generator) / 9  # 36 products of 1/36 on average
    expected = torch.nn.functional.conv2d(image, kernel)
    found = torch.nn.functional.conv2d(image.to(device), kernel.to(device)).cpu()
    return float((found - expected).abs().max())
