# SPDX-License-Identifier: GPL-2.0-or-later
"""Digests of the content of files, which do not change if a program merely opens a file.

SQLite rewrites pages of a GeoPackage that is only opened, GDAL adds statistics to an `.aux.xml`,
and editors change the indentation of JSON. None of this changes the digest of the content.
"""

from __future__ import annotations

import hashlib
import json
import re
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET  # nosec B405 - only sidecar files of results

if TYPE_CHECKING:
    from pathlib import Path

ROWS = 1000
REPORT_ROLE = "report"
# Derived from the rows, and updated by programs that open the file for writing.
DERIVED_TABLES = ("gpkg_ogr_contents",)
DERIVED_COLUMNS = {"gpkg_contents": ("last_change", "min_x", "min_y", "max_x", "max_y")}
INDEX_PARTS = ("", "_node", "_parent", "_rowid")
LARGEST_XML_BYTES = 16 << 20


def content_digest(path: Path) -> str | None:
    """Return the hash of a file's content, or None for formats without such a digest.

    It is None too if the file is not of the format that its suffix indicates.
    """
    digest_of = next((each for tail, each in _FORMATS.items() if path.name.endswith(tail)), None)
    if digest_of is None:
        return None
    try:
        return digest_of(path)
    except (OSError, ValueError, RecursionError, sqlite3.Error, ET.ParseError):
        return None


def report_digest(report: dict[str, Any]) -> str:
    """Return the hash of a report without the record of the report itself."""
    outputs = report.get("outputs")
    if isinstance(outputs, dict):
        others = {role: entry for role, entry in outputs.items() if role != REPORT_ROLE}
        report = {**report, "outputs": others}
    return _digest_of_json(report)


def _json_digest(path: Path) -> str:
    values = json.loads(path.read_text(encoding="utf-8"))
    return report_digest(values) if isinstance(values, dict) else _digest_of_json(values)


def _digest_of_json(values: Any) -> str:
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()


def _geopackage_digest(path: Path) -> str:
    """Return the hash of all rows of all tables, including saved styles."""
    digest = hashlib.sha256()
    # immutable: SQLite creates neither locks nor logs next to the file
    uri = f"{path.absolute().as_uri()}?immutable=1"
    with closing(sqlite3.connect(uri, uri=True)) as database:
        for table in _tables(database):
            columns = _columns(database, table)
            digest.update(repr((table, columns)).encode())
            listed = ", ".join(map(_quoted, columns))
            rows = database.execute(f"SELECT {listed} FROM {_quoted(table)}")  # nosec B608 - quoted
            while some := rows.fetchmany(ROWS):
                for row in some:
                    digest.update(repr(row).encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def _tables(database: sqlite3.Connection) -> list[str]:
    """Return the names of the tables with data, sorted."""
    found = database.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'table' ORDER BY name"
    ).fetchall()
    indexes = [name for name, sql in found if re.search(r"\bUSING\s+rtree\b", sql or "", re.I)]
    left_out = {name + part for name in indexes for part in INDEX_PARTS} | set(DERIVED_TABLES)
    return [name for name, _ in found if name not in left_out and not name.startswith("sqlite_")]


def _columns(database: sqlite3.Connection, table: str) -> list[str]:
    columns = [row[1] for row in database.execute(f"PRAGMA table_info({_quoted(table)})")]
    return [name for name in columns if name not in DERIVED_COLUMNS.get(table, ())]


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _pam_digest(path: Path) -> str:
    """Return the hash of a raster's `.aux.xml` without statistics and histograms."""
    if path.stat().st_size > LARGEST_XML_BYTES:
        raise ValueError("too large for a sidecar")
    root = ET.fromstring(path.read_bytes())  # nosec B314 - see the import
    return hashlib.sha256(repr(_xml_content(root)).encode()).hexdigest()


def _xml_content(element: ET.Element) -> Any:
    """Return an element as nested tuples, or None if GDAL adds such elements by itself.

    GDAL adds computed statistics and a copy of the band description.
    """
    is_statistic = element.get("key", "").startswith("STATISTICS_")
    if is_statistic or element.tag in ("Histograms", "Description"):
        return None
    inner = [content for child in element if (content := _xml_content(child)) is not None]
    text = (element.text or "").strip()
    is_empty = not inner and not text and element.tag in ("Metadata", "PAMRasterBand")
    return None if is_empty else (element.tag, sorted(element.attrib.items()), text, inner)


_FORMATS = {".gpkg": _geopackage_digest, ".json": _json_digest, ".aux.xml": _pam_digest}
NO_CONTENT = hashlib.sha256(repr(("PAMDataset", [], "", [])).encode()).hexdigest()
