# SPDX-License-Identifier: GPL-2.0-or-later
"""Which build of torch suits this machine, where it comes from, and how large all of it is.

The package index serves Linux a build with CUDA, gigabytes that a machine without an NVIDIA card
has no use for. Whoever has another source, PyTorch's own index of small builds or a folder of
wheels, names it in the environment.
"""

from __future__ import annotations

import os
import platform
import shutil
import sys
from pathlib import Path
from typing import Optional

SMALL_TORCH_INDEX = "ORTHOSCRIBE_TORCH_INDEX"
OTHER_SOURCES = (SMALL_TORCH_INDEX, "ORTHOSCRIBE_WHEELS", "PIP_FIND_LINKS", "PIP_INDEX_URL")

SIZE_MB = {"cpu": 1500, "cuda": 7500}
DOWNLOAD_SHARE = 0.5  # of the size, kept on disk until the installation is over

_SMI_FOLDERS = ("/usr/lib/wsl/lib", r"C:\Windows\System32")


def small_torch_index() -> Optional[str]:
    """Return the index to ask for torch first, where the user has named one."""
    return os.environ.get(SMALL_TORCH_INDEX)


def planned_size_mb() -> int:
    """Return the size of the engine on disk once it is installed, roughly."""
    is_cuda_by_default = sys.platform == "linux" and platform.machine() == "x86_64"
    has_small_build = any(name in os.environ for name in OTHER_SOURCES) and not has_nvidia_gpu()
    return SIZE_MB["cuda" if is_cuda_by_default and not has_small_build else "cpu"]


def has_nvidia_gpu() -> bool:
    """Say whether an NVIDIA driver is installed; asks no program, so the answer is instant."""
    if Path("/proc/driver/nvidia/version").exists() or shutil.which("nvidia-smi"):
        return True
    return any(shutil.which("nvidia-smi", path=folder) for folder in _SMI_FOLDERS)
