# SPDX-License-Identifier: GPL-2.0-or-later
"""Checks shared by several kinds of jobs, with messages for the user."""

from __future__ import annotations

from typing import Any, Protocol, Tuple

_FORMATS = (
    ("classes", "GeoTIFF", (".tif", ".tiff")),
    ("confidence", "GeoTIFF", (".tif", ".tiff")),
    ("polygons", "GeoPackage", (".gpkg",)),
)


class HasHeights(Protocol):
    """A job with height rasters."""

    @property
    def heights(self) -> str:
        """Kind of heights, one of `HEIGHT_KINDS`."""

    @property
    def dsm(self) -> str:
        """Path of the DSM, or empty."""

    @property
    def dtm(self) -> str:
        """Path of the DTM, or empty."""


def height_problems(job: HasHeights) -> Tuple[str, ...]:
    """Return a message for each contradiction between DSM, DTM and the kind of heights."""
    sentences = []
    if job.heights == "dsm+dtm" and not job.dtm:
        sentences.append("Heights are 'dsm+dtm' but no DTM is given: add one, or choose 'dsm'.")
    if job.heights in ("dsm", "ndsm") and job.dtm:
        sentences.append(
            f"A DTM is given but heights are '{job.heights}': choose 'dsm+dtm', or remove the DTM."
        )
    if job.dtm and not job.dsm:
        sentences.append("A DTM is given but no DSM is given: add the DSM of the same place.")
    elif job.heights != "auto" and not job.dsm:
        sentences.append(f"Heights are '{job.heights}' but no DSM is given: add the DSM raster.")
    return tuple(sentences)


def label_value_problems(dataset: str, label_values: Tuple[str, ...]) -> Tuple[str, ...]:
    """Return a message if label values are given for a data set with official colors."""
    if not label_values or dataset in ("none", "folder"):
        return ()
    return (
        f"Label values are given, but the labels of '{dataset}' have its official colors: leave "
        "label_values out.",
    )


def suffix_problems(job: Any) -> Tuple[str, ...]:
    """Return a message for each output path whose suffix does not match the format."""
    return tuple(
        f"'{name}' is {path}, but the output is a {format_name}: choose a name that ends in "
        f"{' or '.join(suffixes)}."
        for name, format_name, suffixes in _FORMATS
        for path in (getattr(job, name),)
        if name in job.written and path and not path.lower().endswith(suffixes)
    )
