# SPDX-License-Identifier: GPL-2.0-or-later
"""Description of the architectures: rows of the catalog and parameter counts of the networks."""

from __future__ import annotations

import dataclasses
from typing import Any

from ..architectures import build, count_parameters, count_trained
from ..architectures.uninitialized import shapes_alone
from ..protocol import CATALOG


def describe_architectures(bands: int, classes: int) -> list[dict[str, Any]]:
    """Return one record for each row of the catalog, including the number of parameters.

    Args:
        bands: number of input channels, at least 1.
        classes: number of classes, at least 1.

    Returns:
        Records with the fields of `ArchitectureRow`, `parameters`, the number of weights as counted
        in papers, and `trained`, the number of trained parameters.
    """
    records = []
    for row in CATALOG:
        with shapes_alone():
            network = build(row.name, bands, classes)
        counts = {"parameters": count_parameters(network), "trained": count_trained(network)}
        records.append({**dataclasses.asdict(row), **counts})
    return records
