# SPDX-License-Identifier: GPL-2.0-or-later
"""Variants of the engine: one hash-locked list of packages for each platform and build of torch.

The variant is chosen from tables: the platform, then the driver and compute capability of the
NVIDIA cards. Without a card that its CUDA build supports, a machine never gets CUDA.
"""

from __future__ import annotations

import platform
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Dict, Optional, Sequence, Tuple

from .install_error import InstallError
from .launch import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from .gpu import Gpu

LOCKS = ROOT / "engine" / "locks"
UV_LOCK = LOCKS / "uv.txt"
BUILDS = ("cpu", "cuda")


@dataclass(frozen=True)
class Variant:
    """One row of the table.

    Args:
        platform: operating system and processor.
        build: build of torch, one of `BUILDS`.
        download_mb: size of all downloads.
        size_mb: approximate size on disk.
        torch_index: index of this build of torch, empty if it is on the package index.
    """

    platform: str
    build: str
    download_mb: int
    size_mb: int
    torch_index: str = ""

    @property
    def name(self) -> str:
        """Name of the variant, that of its lock."""
        return f"{self.platform}-{self.build}"

    @property
    def lock_file(self) -> Path:
        """Path of the list of pinned packages with their hashes."""
        return LOCKS / f"{self.name}.txt"


_TORCH = "https://download.pytorch.org/whl/"

VARIANTS: Tuple[Variant, ...] = (
    Variant("linux", "cpu", 359, 1500, f"{_TORCH}cpu"),
    Variant("linux", "cuda", 2897, 7500),
    Variant("windows", "cpu", 263, 1300),
    Variant("windows", "cuda", 2057, 5000, f"{_TORCH}cu130"),
    Variant("mac-arm64", "cpu", 240, 1200),  # the default build, which includes Metal
)

_TITLES = {"cpu": "Build without CUDA", "cuda": "Build with CUDA"}

_PLATFORMS: Dict[Tuple[str, str], str] = {
    ("linux", "x86_64"): "linux",
    ("win32", "amd64"): "windows",
    ("darwin", "arm64"): "mac-arm64",
}


@dataclass(frozen=True)
class CudaNeeds:
    """What the CUDA build of a platform needs.

    Args:
        driver: oldest version of the driver.
        capability: lowest compute capability that the build contains.
    """

    driver: Tuple[int, ...]
    capability: Tuple[int, int]


CUDA_NEEDS: Dict[str, CudaNeeds] = {  # CUDA 13.0
    "linux": CudaNeeds((580, 65), (7, 5)),
    "windows": CudaNeeds((580,), (7, 5)),
}


@dataclass(frozen=True)
class Choice:
    """A chosen variant, and a sentence that gives the reason."""

    variant: Variant
    reason: str


def this_platform(system: str = sys.platform, machine: Optional[str] = None) -> str:
    """Return the platform of this machine.

    Raises:
        InstallError: if no build of torch suits this machine.
    """
    machine = (machine or platform.machine()).lower()
    found = _PLATFORMS.get((system, machine))
    if found is None:
        raise InstallError(
            f"The engine is not available for {system} on {machine}: it needs Linux or Windows on "
            "a 64-bit Intel or AMD processor, or a Mac with Apple silicon."
        )
    return found


def find_variant(system: str, build: str) -> Variant:
    """Return the variant for a platform and build.

    Raises:
        InstallError: if no variant has this platform and build.
    """
    for variant in VARIANTS:
        if (variant.platform, variant.build) == (system, build):
            return variant
    known = ", ".join(each.build for each in VARIANTS if each.platform == system)
    raise InstallError(f"There is no variant '{build}' for {system}: choose {known}.")


def choose_variant(system: str, gpus: Sequence[Gpu], wanted: str = "auto") -> Choice:
    """Return the variant for a machine.

    Args:
        system: platform of the machine.
        gpus: NVIDIA cards of the machine.
        wanted: build that the user prefers, or `auto`.

    Raises:
        InstallError: if the user prefers a build that does not exist for the platform.
    """
    if wanted != "auto":
        return Choice(find_variant(system, wanted), "It was chosen in the settings.")
    needs = CUDA_NEEDS.get(system)
    if needs is None or not gpus:
        reason = (
            "This machine has no NVIDIA graphics card."
            if needs
            else "It uses the graphics processor of this Mac."
        )
        return Choice(find_variant(system, "cpu"), reason)
    problems = [_problem(gpu, needs) for gpu in gpus]
    if all(problems):
        return Choice(find_variant(system, "cpu"), problems[0])
    name = gpus[problems.index("")].name
    return Choice(find_variant(system, "cuda"), f"This machine has an {name}.")


def describe(variant: Variant) -> str:
    """Return a sentence about a variant and its sizes."""
    return (
        f"{_TITLES[variant.build]}: {variant.download_mb} MB to download, about "
        f"{variant.size_mb} MB on disk."
    )


def _problem(gpu: Gpu, needs: CudaNeeds) -> str:
    """Return why a card cannot be used, empty if it can."""
    if gpu.capability < needs.capability:
        return (
            f"The {gpu.name} has compute capability {_dotted(gpu.capability)}, but the CUDA build "
            f"needs {_dotted(needs.capability)}."
        )
    if gpu.driver < needs.driver:
        return (
            f"The driver of the {gpu.name} is version {_dotted(gpu.driver)}, but the CUDA build "
            f"needs {_dotted(needs.driver)}: update it and repair the engine to use the card."
        )
    return ""


def _dotted(version: Sequence[int]) -> str:
    return ".".join(map(str, version))
