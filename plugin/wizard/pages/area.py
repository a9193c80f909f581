# SPDX-License-Identifier: GPL-2.0-or-later
"""Page *Area and model*: the image, its heights, the model, and what is wrong."""

from __future__ import annotations

from typing import Tuple

from ..page import Page


class AreaPage(Page):
    """Page for the inputs and the cause."""

    def problems(self) -> Tuple[str, ...]:
        """Return what is missing or wrong in the inputs."""
        return self.context.draft.value.area_problems()
