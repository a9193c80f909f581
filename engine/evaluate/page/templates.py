# SPDX-License-Identifier: GPL-2.0-or-later
"""Templates of report pages."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from .markup import color_of, decimal, percent

SHARED = Path(__file__).parent


def templates(folder: Path) -> Environment:
    """Return the templates of a folder, and those of this folder, which they may include."""
    environment = Environment(
        loader=FileSystemLoader([folder, SHARED]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {"percent": percent, "decimal": decimal, "color": color_of}
    return environment
