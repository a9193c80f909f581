# SPDX-License-Identifier: GPL-2.0-or-later
"""Source of the torch build for this machine, and size of the engine.

For Linux the package index provides a build with CUDA, which needs gigabytes and is useless without
an NVIDIA card. Another source, such as PyTorch's own index with small builds or a folder of wheels,
can be set by environment variables.
"""

from __future__ import annotations

import os
import platform
import shutil
import sys
from pathlib import Path
from typing import Optional

TORCH_INDEX = "ORTHOSCRIBE_TORCH_INDEX"
OTHER_SOURCES = (TORCH_INDEX, "ORTHOSCRIBE_WHEELS", "PIP_FIND_LINKS", "PIP_INDEX_URL")

SIZE_MB = {"cpu": 1500, "cuda": 7500}
DOWNLOAD_SHARE = 0.5  # size of the downloads, which are kept until the end, relative to the engine

_SMI_FOLDERS = ("/usr/lib/wsl/lib", r"C:\Windows\System32")


def torch_index() -> Optional[str]:
    """Return the index that is tried first for torch, or None if the user has set none."""
    return os.environ.get(TORCH_INDEX)


def expected_size_mb() -> int:
    """Return the approximate size of the installed engine on disk."""
    is_cuda_by_default = sys.platform == "linux" and platform.machine() == "x86_64"
    has_small_build = any(name in os.environ for name in OTHER_SOURCES) and not has_nvidia_gpu()
    return SIZE_MB["cuda" if is_cuda_by_default and not has_small_build else "cpu"]


def has_nvidia_gpu() -> bool:
    """Return whether an NVIDIA driver is installed; fast, since it runs no program."""
    if Path("/proc/driver/nvidia/version").exists() or shutil.which("nvidia-smi"):
        return True
    return any(shutil.which("nvidia-smi", path=folder) for folder in _SMI_FOLDERS)
