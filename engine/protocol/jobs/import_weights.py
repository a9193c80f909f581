# SPDX-License-Identifier: GPL-2.0-or-later
"""Job for importing external weights as a model."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import ClassVar, Dict, Optional, Tuple

from ..catalog import CATALOG, row_named
from ..errors import JobError
from ..legend import Legend
from ..model_card import HEIGHT_ROLE, IMAGE_ROLES
from .fields import option, required, required_path

ROLES = (*IMAGE_ROLES, HEIGHT_ROLE)


@dataclass(frozen=True)
class ImportJob:
    """Create a model from external weights: .safetensors, .pth or .caffemodel.

    Raises:
        JobError: if a value is invalid.
    """

    kind: ClassVar[str] = "import-weights"
    positional: ClassVar[Tuple[str, ...]] = ("file",)

    file: str = required_path("weights file")
    architecture: str = required("architecture of the weights, a name of the catalog")
    output: str = required_path("folder of the new model")
    release: bool = option(False, "build the architecture as its authors released it")
    roles: Tuple[str, ...] = option(
        (),
        "roles of the input channels: nir, red, green, height; empty: all four, or with 'release' "
        "as many as the file has",
    )
    classes: int = option(0, "number of land classes; 0: as in the file, or in the legend")
    options: Tuple[str, ...] = option((), "build options of the architecture, as NAME=VALUE,...")
    license: str = option("", "license of the weights; empty: unknown")
    legend: Optional[Legend] = option(None, "land classes; none: the first of the ISPRS")

    def __post_init__(self) -> None:
        """Check the values of the fields."""
        if not 0 <= self.classes <= 255:
            raise JobError(f"'classes' is {self.classes}; it must be 0 to 255.")
        for pair in self.options:
            if "=" not in pair:
                raise JobError(f"'options' has {pair!r}; each must be written NAME=VALUE.")

    @property
    def chosen(self) -> Dict[str, str]:
        """Values of the options, by name."""
        return dict(pair.split("=", 1) for pair in self.options)

    def problems(self) -> Tuple[str, ...]:
        """Return the problems that prevent the job from running; empty if there are none."""
        sentences = []
        if not self.file:
            sentences.append("No file is given: choose a .safetensors, .pth or .caffemodel file.")
        if not self.output:
            sentences.append("No output folder is given: choose where to save the model.")
        if set(self.roles) - set(ROLES) or len(set(self.roles)) < len(self.roles):
            sentences.append(
                f"The roles are {', '.join(self.roles)}: use each of {', '.join(ROLES)} at most "
                "once."
            )
        elif self.roles and set(self.roles) == {HEIGHT_ROLE}:
            sentences.append("The only role is 'height': add a band of the image.")
        if self.legend is not None and self.classes not in (0, len(self.legend)):
            sentences.append(
                f"'classes' is {self.classes}, but the legend has {len(self.legend)} classes: "
                "leave one of them out."
            )
        return (*sentences, *self._architecture_problems())

    def _architecture_problems(self) -> Tuple[str, ...]:
        names = [row.name for row in CATALOG]
        if self.architecture not in names:
            close = difflib.get_close_matches(self.architecture, names, 1)
            hint = f"did you mean '{close[0]}'?" if close else "'architectures' lists all."
            return (f"There is no architecture '{self.architecture}': {hint}",)
        try:
            row_named(self.architecture).settled(self.chosen)
        except ValueError as error:
            return (f"The architecture cannot be built with these options: {error}",)
        return ()
