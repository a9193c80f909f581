# SPDX-License-Identifier: GPL-2.0-or-later
"""Data sets in a folder: one subfolder for each kind of file, or one for each scene.

    ROOT/images/NAME.tif        image: bands with declared roles, or NIR, red, green
    ROOT/labels/NAME.tif        codes of the legend, colors of the legend, or .gpkg: polygons
    ROOT/labels_eroded/NAME.tif labels without borders, optional
    ROOT/dsm/NAME.tif           surface heights in meters     ROOT/dtm/NAME.tif   terrain heights
    ROOT/ndsm/NAME.tif          heights above ground in meters
    ROOT/validation.txt, ROOT/training.txt, ROOT/test.txt: names of the scenes, one per line, in
    UTF-8; other text files are ignored

or `ROOT/NAME/image.tif`, `ROOT/NAME/labels.tif`, `ROOT/NAME/dsm.tif`, ... as `scene` writes them.
Labels that are not georeferenced must have the size of the image. The split `all` needs no list.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ..protocol import InputError
from .layout import ANY_BANDS, DatasetLayout

if TYPE_CHECKING:
    from pathlib import Path

RASTERS = (".tif", ".tiff", ".png", ".jpg", ".jp2", ".vrt")
LABELS = (".tif", ".tiff", ".png", ".gpkg", ".geojson")
LISTED_SPLITS = ("training", "validation", "test")


def _layout(pattern: str, images: str) -> DatasetLayout:
    """Return the layout for a naming scheme.

    Args:
        pattern: path without suffix, with `{what}` for the kind of file.
        images: name of the kind for images.
    """

    def templates(what: str, suffixes: tuple[str, ...] = RASTERS) -> tuple[str, ...]:
        return tuple(pattern.replace("{what}", what) + suffix for suffix in suffixes)

    return DatasetLayout(
        title="the folder",
        images=dict.fromkeys(templates(images), ANY_BANDS),
        labels=templates("labels", LABELS),
        eroded=templates("labels_eroded", LABELS),
        dsm=templates("dsm"),
        ndsm=templates("ndsm"),
        dtm=templates("dtm"),
        splits={},
    )


BY_KIND = _layout("{what}/{name}", "images")
BY_SCENE = _layout("{name}/{what}", "image")


def folder_layout(root: Path) -> DatasetLayout:
    """Return the layout of a folder, with the scenes of its splits.

    Raises:
        InputError: if the folder has no image, or a list cannot be read or has a scene without one.
    """
    by_kind = sorted(path.stem for path in _rasters(root / "images"))
    by_scene = sorted(path.name for path in root.iterdir() if _rasters_called(path, "image"))
    names = by_kind or by_scene
    if not names:
        raise InputError(
            f"The folder {root} holds no scene: put images into {root / 'images'} and their "
            f"labels, with the same names, into {root / 'labels'}, or image.tif and labels.tif of "
            "each scene into its own folder."
        )
    paths = {split: root / f"{split}.txt" for split in LISTED_SPLITS}
    lists = {split: _names(path, names) for split, path in paths.items() if path.is_file()}
    layout = BY_KIND if by_kind else BY_SCENE
    return replace(layout, splits={**lists, "all": tuple(names)})


def _rasters(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    return [path for path in folder.iterdir() if path.suffix.lower() in RASTERS]


def _rasters_called(folder: Path, stem: str) -> list[Path]:
    return [path for path in _rasters(folder) if path.stem == stem]


def _names(listed: Path, known: list[str]) -> tuple[str, ...]:
    """Return the names in a list, one per line.

    Raises:
        InputError: if a scene has no image, or the list is not in UTF-8.
    """
    try:
        lines = listed.read_text(encoding="utf-8-sig").splitlines()  # some editors write a BOM
    except UnicodeDecodeError as error:
        raise InputError(
            f"The list {listed} is not in UTF-8, so the names of its scenes cannot be read: save "
            "it again in this encoding."
        ) from error
    names = tuple(dict.fromkeys(line.strip() for line in lines if line.strip()))
    for name in names:
        if name not in known:
            raise InputError(
                f"{listed} lists the scene '{name}', which has no image: remove it from the list, "
                "or add its files."
            )
    return names
