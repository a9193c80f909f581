# SPDX-License-Identifier: GPL-2.0-or-later
"""Choices of a job's fields with titles for users; the values stay the words of the job."""

from __future__ import annotations

from typing import Callable, Dict, Mapping, NamedTuple, Sequence, Tuple

from .i18n import tr
from .protocol import CATALOG, LibraryModel, library_models


class TitledChoice(NamedTuple):
    """A value of a field and its title."""

    value: str
    title: str


TITLES: Mapping[str, Mapping[str, str]] = {
    "heights": {
        "auto": "Automatic",
        "dsm": "Surface model (DSM), ground estimated",
        "ndsm": "Heights above ground (nDSM)",
        "dsm+dtm": "Surface model minus terrain model (DSM and DTM)",
    },
    "device": {
        "auto": "Automatic",
        "cpu": "Processor (CPU)",
        "cuda": "NVIDIA graphics card (CUDA)",
        "mps": "Apple graphics (MPS)",
    },
    "dataset": {
        "none": "None, use the image",
        "vaihingen": "ISPRS Vaihingen",
        "potsdam": "ISPRS Potsdam",
        "folder": "Folder of tiles",
    },
    "split": {
        "validation": "Validation scenes",
        "training": "Training scenes",
        "all": "All scenes",
        "test": "Test scenes",
    },
    "outlines": {
        "regularized": "Right angles and simplified borders",
        "simplified": "Simplified borders",
        "pixels": "Along the pixels",
    },
    "vector_format": {
        "gpkg": "None, GeoPackage only",
        "fgb": "FlatGeobuf",
        "parquet": "GeoParquet",
        "shp": "Shapefile",
    },
    "recipe": {"modern": "Standard", "paper": "As in the paper of the architecture"},
    "cause": {
        "colors": "Colors, light or sharpness differ",
        "meaning": "A class means something else here",
        "missing_class": "A class is missing",
    },
    "budget": {
        "preview": "Preview (less than a minute, without a verdict)",
        "standard": "Standard (up to 8 minutes)",
        "thorough": "Thorough (up to 20 minutes)",
    },
    "mixed_precision": {"auto": "Automatic", "yes": "Yes", "no": "No"},
    "width": {
        "1": "Full",
        "1/2": "One half",
        "1/4": "One quarter",
        "1/8": "One eighth",
        "1/16": "One sixteenth",
    },
    "land": {"drawn": "Random", "town": "Town", "country": "Open country"},
    "survey": {
        "drawn": "Random",
        "perfect": "Perfect",
        "lidar": "Laser scanning (lidar)",
        "matched": "Image matching",
    },
}


def titled(field: str, values: Sequence[str]) -> Tuple[TitledChoice, ...]:
    """Return the choices of a field, each with its title, or with its word if it has none."""
    titles = TITLES.get(field, {})
    return tuple(TitledChoice(value, tr(titles.get(value, value.capitalize()))) for value in values)


def model_choices() -> Tuple[TitledChoice, ...]:
    """Return the models of the library by use, read anew at each call."""
    return tuple(TitledChoice(each.name, _model_title(each)) for each in library_models())


def _model_title(model: LibraryModel) -> str:
    draft = tr("draft") if model.is_draft else ""
    return f"{model.card.title} ({', '.join(filter(None, (model.use, draft)))})"


def architecture_choices() -> Tuple[TitledChoice, ...]:
    """Return all architectures."""
    return tuple(TitledChoice(row.name, f"{row.title} ({row.name})") for row in CATALOG)


LISTS: Dict[str, Callable[[], Tuple[TitledChoice, ...]]] = {
    "models": model_choices,
    "architectures": architecture_choices,
    "networks": lambda: (*model_choices(), *architecture_choices()),
}
