# SPDX-License-Identifier: GPL-2.0-or-later
"""Offline bundles: one zip with all that an installation would download.

    bundle.json    variant, lock and version of Python
    uv/            wheel of uv
    python/        archive of python-build-standalone
    wheels/        wheels of the pinned packages

A bundle need not be trusted: the wheels are checked against the hashes in `engine/locks`, and
Python against the checksums inside uv.
"""

from __future__ import annotations

import json
import re
import shutil
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Callable, List

from .environment import lock_hash
from .install_error import InstallError
from .standalone_python import PYTHONS
from .variants import VARIANTS, Variant

if TYPE_CHECKING:
    from pathlib import Path

FORMAT = 1
MANIFEST = "bundle.json"

_MEMBER = re.compile(r"(uv|python|wheels)/[A-Za-z0-9_][A-Za-z0-9_.+%-]{0,200}")
_MANIFEST_BYTES = 10_000
_LARGEST_COUNT = 200
_COPY_BYTES = 4_000_000


@dataclass(frozen=True)
class Bundle:
    """A checked bundle.

    Args:
        path: path of the zip.
        variant: variant of the engine that it contains.
        python: version of its Python.
        size_mb: unpacked size.
    """

    path: Path
    variant: Variant
    python: str
    size_mb: int


def open_bundle(path: Path, system: str) -> Bundle:
    """Return the bundle in the file `path`, without unpacking it.

    Args:
        path: path of the zip.
        system: platform of this machine.

    Raises:
        InstallError: if the file is not a bundle, or the bundle is for another platform or version.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = [each for each in archive.infolist() if each.filename != MANIFEST]
            values = json.loads(_read_manifest(archive))
            variant = next(each for each in VARIANTS if each.name == values["variant"])
            python, lock, layout = (str(values[key]) for key in ("python", "lock", "format"))
    except OSError as error:
        raise InstallError(f"{path} cannot be read ({error.strerror or error}).") from error
    except (ValueError, KeyError, TypeError, StopIteration, RecursionError, zipfile.BadZipFile):
        raise InstallError(
            f"{path} is not a bundle of the engine, or it is damaged: download it again."
        ) from None
    _check_members(path, members)
    if variant.platform != system:
        raise InstallError(f"{path.name} is for {variant.platform}, but this is {system}.")
    if layout != str(FORMAT) or lock != lock_hash(variant.lock_file) or python not in PYTHONS:
        raise InstallError(
            f"{path.name} was made for another version of Orthoscribe: get the bundle of this one."
        )
    size_mb = sum(each.file_size for each in members) // 1_000_000
    return Bundle(path, variant, python, size_mb)


def unpack_bundle(bundle: Bundle, folder: Path, is_canceled: Callable[[], bool]) -> bool:
    """Unpack a bundle into `folder`; return whether it was not canceled.

    Raises:
        InstallError: if the file is damaged.
        OSError: if the disk is full.
    """
    try:
        with zipfile.ZipFile(bundle.path) as archive:
            for member in archive.infolist():
                if member.filename == MANIFEST:
                    continue
                target = folder / member.filename
                target.parent.mkdir(parents=True, exist_ok=True)
                with archive.open(member) as source, target.open("wb") as file:
                    while part := source.read(_COPY_BYTES):
                        if is_canceled():
                            return False
                        file.write(part)
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError) as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise InstallError(f"{bundle.path} is damaged: download it again.") from error
    return True


def _read_manifest(archive: zipfile.ZipFile) -> bytes:
    with archive.open(MANIFEST) as file:
        return file.read(_MANIFEST_BYTES)


def _check_members(path: Path, members: List[zipfile.ZipInfo]) -> None:
    names = [each.filename for each in members]
    is_plain = all(map(_MEMBER.fullmatch, names)) and len(names) == len(set(names))
    if not is_plain or len(names) > _LARGEST_COUNT:
        raise InstallError(f"{path} has files that are not of a bundle: download it again.")
