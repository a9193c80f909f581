# SPDX-License-Identifier: GPL-2.0-or-later
"""What `metadata.txt` says; nothing else in the plugin states a name or a version."""

from __future__ import annotations

from configparser import ConfigParser
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .paths import METADATA

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Metadata:
    """The entries that the plugin shows."""

    name: str
    version: str
    description: str
    homepage: str


def read_metadata(path: Path = METADATA) -> Metadata:
    """Return the entries of `path`.

    Raises:
        KeyError: an entry is missing.
    """
    parser = ConfigParser()
    parser.read_string(path.read_text(encoding="utf-8"), source=str(path))
    general = parser["general"]
    return Metadata(**{name: general[name] for name in Metadata.__dataclass_fields__})
