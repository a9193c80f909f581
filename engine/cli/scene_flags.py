# SPDX-License-Identifier: GPL-2.0-or-later
"""Flags of several scenes: each further `--image` begins another scene.

In `--image a.tif --labels a.gpkg --image b.tif --labels b.gpkg`, the flags after the second image
belong to it. What is not given again, such as bands or the class field, is as for the first scene;
only heights are not.
"""

from __future__ import annotations

import argparse
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from ..protocol import DrawnInput

if TYPE_CHECKING:
    from collections.abc import Mapping

FURTHER = "further_scenes"
FIELDS = tuple(field.name for field in fields(DrawnInput))
OWN = ("image", "dsm", "dtm")  # of each scene, never as for the first one


class OfScene(argparse.Action):
    """Stores the value of a flag for the scene whose `--image` came last."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: Any,
        option_string: str | None = None,
    ) -> None:
        """Store a value; see `argparse.Action`."""
        further: list[dict[str, Any]] = getattr(namespace, FURTHER, [])
        if self.dest == "image" and hasattr(namespace, "image"):
            further = [*further, {}]
            setattr(namespace, FURTHER, further)
        if further:
            further[-1][self.dest] = values
        else:
            setattr(namespace, self.dest, values)


def with_further_scenes(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of a job with its further scenes as records.

    Args:
        values: values of the fields; those of the further scenes as `OfScene` stores them.

    Raises:
        JobError: if a value of a scene is invalid.
    """
    if FURTHER not in values:
        return dict(values)
    shared = {name: values[name] for name in FIELDS if name in values and name not in OWN}
    scenes = tuple(DrawnInput(**{**shared, **scene}) for scene in values[FURTHER])
    return {**values, FURTHER: scenes}
