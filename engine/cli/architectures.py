# SPDX-License-Identifier: GPL-2.0-or-later
"""The verb `architectures`: list the available network architectures."""

from __future__ import annotations

import dataclasses
import json
from typing import TYPE_CHECKING, Any

from ..architectures import build, count_parameters, count_trained
from ..architectures.uninitialized import shapes_alone
from ..protocol import CATALOG
from .exit_codes import DONE

if TYPE_CHECKING:
    from argparse import Namespace

    from ..process.channel import Channel


def main(given: Namespace, channel: Channel) -> int:
    """Print the catalog to the channel, as JSON or as a table."""
    records = describe_architectures(given.bands, given.classes)
    channel.send(json.dumps(records, indent=2) if given.json else _table(records))
    return DONE


def _table(records: list[dict[str, Any]]) -> str:
    lines: list[str] = []
    paper = None
    for record in records:
        if record["paper"] != paper:
            paper = record["paper"]
            lines += [paper, f"  {'name':24}{'parameters':>12}{'stride_px':>11}{'halo_px':>9}"]
        lines += _rows(record)
    return "\n".join(lines)


def _rows(record: dict[str, Any]) -> list[str]:
    halo = "none" if record["halo_px"] is None else record["halo_px"]
    numbers = f"{record['parameters']:>12,}{record['stride_px']:>11}{halo:>9}"
    rows = [f"  {record['name']:24}{numbers}", f"    {record['title']}: {record['summary']}"]
    if record["not_tileable"]:
        rows.append(f"    Not tileable: {record['not_tileable']}")
    return rows


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
