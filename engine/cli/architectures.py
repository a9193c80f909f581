# SPDX-License-Identifier: GPL-2.0-or-later
"""The verb `architectures`: list the available network architectures."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from .describe import describe_architectures
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
