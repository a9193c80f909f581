# SPDX-License-Identifier: GPL-2.0-or-later
"""Which build of torch suits this machine, where it comes from, and how large all of it is.

The package index serves Linux a build with CUDA, gigabytes that a machine without an NVIDIA card
has no use for. PyTorch's own index has the small one.
"""

from __future__ import annotations

import platform
import shutil
import sys
from pathlib import Path
from typing import Optional

CPU_INDEX = "https://download.pytorch.org/whl/cpu"

SIZE_MB = {"cpu": 1500, "cuda": 7500}
DOWNLOAD_SHARE = 0.5  # of the size, kept on disk until the installation is over

_SMI_FOLDERS = ("/usr/lib/wsl/lib", r"C:\Windows\System32")


def small_torch_index() -> Optional[str]:
    """Return the index with torch for the CPU alone, where the package index would bring CUDA."""
    is_cuda_by_default = sys.platform == "linux" and platform.machine() == "x86_64"
    return CPU_INDEX if is_cuda_by_default and not has_nvidia_gpu() else None


def planned_size_mb() -> int:
    """Return the size of the engine on disk once it is installed, roughly."""
    brings_cuda = sys.platform == "linux" and has_nvidia_gpu()
    return SIZE_MB["cuda" if brings_cuda else "cpu"]


def has_nvidia_gpu() -> bool:
    """Say whether an NVIDIA driver is installed; asks no program, so the answer is instant."""
    if Path("/proc/driver/nvidia/version").exists() or shutil.which("nvidia-smi"):
        return True
    return any(shutil.which("nvidia-smi", path=folder) for folder in _SMI_FOLDERS)
