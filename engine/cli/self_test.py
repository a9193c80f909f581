# SPDX-License-Identifier: GPL-2.0-or-later
"""The verb `self-test`: check that the device computes correct results.

One convolution on the selected device is compared with the same one on the processor.
"""

from __future__ import annotations

import json
import platform
import time
from typing import TYPE_CHECKING, Any

import torch

from ..process.device import choose_device
from ..protocol import DeviceError
from .exit_codes import DONE, FAILED

if TYPE_CHECKING:
    from argparse import Namespace

    from ..process.channel import Channel

TOLERANCE = 1e-2  # a graphics card may round the factors of a convolution to TF32


def main(given: Namespace, channel: Channel) -> int:
    """Print the results as JSON.

    `is_ok` is true if the device computes correct results; else `failed_step` and `error` state the
    reason.
    """
    start_s = time.monotonic()
    found = run_steps(given.device)
    found |= {
        "torch": torch.__version__,
        "python": platform.python_version(),
        "elapsed_s": round(time.monotonic() - start_s, 3),
    }
    channel.send(json.dumps(found, indent=2))
    return DONE if found["is_ok"] else FAILED


def run_steps(device_name: str) -> dict[str, Any]:
    """Return the result of the steps: open the device, allocate, convolve, compare."""
    step, found = "open the device", {"is_ok": False, "device": device_name}
    try:
        device = choose_device(device_name)
        found["device"] = str(device)
        step = "allocate memory"
        image, kernel = _image_and_kernel()
        on_device = image.to(device), kernel.to(device)
        step = "compute a convolution"
        result = torch.nn.functional.conv2d(*on_device).cpu()
        step = "compare with the processor"
        expected = torch.nn.functional.conv2d(image, kernel)
        difference = float((result - expected).abs().max())
    except (DeviceError, RuntimeError, ValueError, OSError, AssertionError) as error:
        first_line = str(error).partition("\n")[0]
        return {**found, "failed_step": step, "error": first_line}
    found |= {"is_ok": difference <= TOLERANCE, "largest_difference": difference}
    if not found["is_ok"]:
        found |= {"failed_step": step, "error": f"the results differ by {difference:.3g}"}
    return found


def _image_and_kernel() -> tuple[torch.Tensor, torch.Tensor]:
    """Return an image and a kernel whose convolution has values near 1."""
    generator = torch.Generator().manual_seed(7)
    image = torch.rand(1, 4, 64, 64, generator=generator)
    kernel = torch.rand(8, 4, 3, 3, generator=generator) / 9  # 36 products of 1/36 on average
    return image, kernel
