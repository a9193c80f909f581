# SPDX-License-Identifier: GPL-2.0-or-later
"""The job that makes a model of somebody else's weights."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import ClassVar, Dict, Optional, Tuple

from ..catalog import CATALOG, row_named
from ..errors import JobError
from ..legend import Legend
from ..model_card import HEIGHT_ROLE, IMAGE_ROLES
from .fields import requires, requires_path, says

ROLES = (*IMAGE_ROLES, HEIGHT_ROLE)


@dataclass(frozen=True)
class ImportJob:
    """Make a model of weights from elsewhere: .safetensors, .pth or .caffemodel.

    Raises:
        JobError: a value that no run could use.
    """

    kind: ClassVar[str] = "import-weights"
    positional: ClassVar[Tuple[str, ...]] = ("file",)

    file: str = requires_path("file of weights")
    architecture: str = requires("architecture that the weights go into, a name of the catalog")
    output: str = requires_path("folder of the new model")
    release: bool = says(False, "build the architecture as its authors released it")
    roles: Tuple[str, ...] = says(
        (),
        "what the input channels are, of nir, red, green, height; empty: all four, or with "
        "'release' as many as the file has",
    )
    classes: int = says(0, "land classes; 0: as many as the file scores, or those of the legend")
    options: Tuple[str, ...] = says((), "how the architecture is built, as NAME=VALUE,...")
    license: str = says("", "license of the weights; empty: unknown")
    legend: Optional[Legend] = says(None, "what the classes are; none: the first of the ISPRS")

    def __post_init__(self) -> None:
        """Refuse values that no run could use."""
        if not 0 <= self.classes <= 255:
            raise JobError(f"'classes' is {self.classes}; it must be 0 to 255.")
        for option in self.options:
            if "=" not in option:
                raise JobError(f"'options' has {option!r}; each is written NAME=VALUE.")

    @property
    def chosen(self) -> Dict[str, str]:
        """Options by name."""
        return dict(option.split("=", 1) for option in self.options)

    def problems(self) -> Tuple[str, ...]:
        """Return plain sentences that keep the job from running; none means runnable."""
        sentences = []
        if not self.file:
            sentences.append("No file is given: choose a .safetensors, .pth or .caffemodel file.")
        if not self.output:
            sentences.append("No output folder is given: choose where the model goes.")
        if set(self.roles) - set(ROLES) or len(set(self.roles)) < len(self.roles):
            sentences.append(
                f"The roles are {', '.join(self.roles)}: name each of {', '.join(ROLES)} at most "
                "once."
            )
        elif self.roles and set(self.roles) == {HEIGHT_ROLE}:
            sentences.append("The only role is 'height': add a band of the image.")
        if self.legend is not None and self.classes not in (0, len(self.legend)):
            sentences.append(
                f"There are to be {self.classes} classes, but the legend has {len(self.legend)}: "
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
            return (f"The architecture cannot be built so: {error}",)
        return ()
