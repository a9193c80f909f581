# SPDX-License-Identifier: GPL-2.0-or-later
"""Describe: the catalog's rows with what only a built network can tell."""

from __future__ import annotations

import dataclasses
from typing import Any

from ..architectures import build, count_parameters, count_trained
from ..architectures.blank import shapes_alone
from ..protocol import CATALOG


def describe_architectures(bands: int, classes: int) -> list[dict[str, Any]]:
    """Return one record for each row of the catalog, its number of parameters added.

    Args:
        bands: channels of the input, at least 1.
        classes: channels of the scores, at least 1.

    Returns:
        The fields of `ArchitectureRow`, `parameters`, the weights as papers count them, and
        `trained`, the numbers that training changes.
    """
    records = []
    for row in CATALOG:
        with shapes_alone():
            network = build(row.name, bands, classes)
        counts = {"parameters": count_parameters(network), "trained": count_trained(network)}
        records.append({**dataclasses.asdict(row), **counts})
    return records
