# SPDX-License-Identifier: GPL-2.0-or-later
"""Entries of `metadata.txt`, the only place that states the plugin's name and version."""

from __future__ import annotations

from configparser import ConfigParser
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .paths import METADATA

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Metadata:
    """Entries that the plugin displays."""

    name: str
    version: str
    description: str
    homepage: str


def read_metadata(path: Path = METADATA) -> Metadata:
    """Return the entries of the metadata file `path`.

    Raises:
        KeyError: if an entry is missing.
    """
    parser = ConfigParser()
    parser.read_string(path.read_text(encoding="utf-8"), source=str(path))
    general = parser["general"]
    return Metadata(**{name: general[name] for name in Metadata.__dataclass_fields__})
