# SPDX-License-Identifier: GPL-2.0-or-later
"""Networks that may be bundled."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from ...training.bundled.settings import RunSettings

if TYPE_CHECKING:
    from ...training.bundled.model import BundledModel

PATCH_PX = 192


@dataclass(frozen=True)
class Contender:
    """A network with the options it may be bundled with.

    Args:
        name: name in the table.
        architecture: architecture of the catalog.
        options: options of the architecture.
        cells: cells drawn from a patch for the loss; 0: all pixels.
        learning_rate: maximum learning rate of AdamW.
    """

    name: str
    architecture: str
    options: dict[str, str] = field(default_factory=dict)
    cells: int = 0
    learning_rate: float = 2e-3

    @property
    def file_name(self) -> str:
        """Name of its result, without an extension."""
        options = [f"{name}-{value.replace('/', '_')}" for name, value in self.options.items()]
        return "-".join([self.architecture, *options])

    def in_place_of(self, row: BundledModel) -> BundledModel:
        """Return the definition of a bundled model with this network, in one orientation."""
        return replace(row, architecture=self.architecture, options=self.options, averaged_turns=1)

    def settings(self, steps: int) -> RunSettings:
        """Return the settings of a run from random weights."""
        return RunSettings(
            steps=steps,
            patch_px=PATCH_PX,
            cells=self.cells,
            warm_steps=min(60, steps // 2),
            learning_rate=self.learning_rate,
            averaging=0.99,
            half_precise=True,
        )


CONTENDERS = (
    Contender("MLP network", "maggiori_mlp", cells=1024),
    Contender("MLP network, width 1/2", "maggiori_mlp", {"width": "1/2"}, cells=1024),
    Contender("Skip network", "maggiori_skip"),
    Contender("Front end, width 1/8", "yk_frontend", {"width": "1/8"}),
    Contender("Basic context, width 1/8", "yk_context_basic", {"width": "1/8"}),
    Contender("LDN-121, width 1/4", "ldn121", {"width": "1/4"}),
    Contender("FRRN A, width 1/4", "frrn_a", {"width": "1/4"}),
)
