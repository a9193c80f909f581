# SPDX-License-Identifier: GPL-2.0-or-later
"""Buttons beside the checks: what one click can mend."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Iterator, Optional, Tuple

from ..i18n import tr
from ..models import title_of
from .state import VIEW

if TYPE_CHECKING:
    from ..protocol import Extent
    from .state import DockState

USE_MODEL, ZOOM_IMAGE, DETECT_BANDS, OPEN_SETUP, USE_TERRAIN = ACTIONS = (
    "use_model",
    "zoom_image",
    "detect_bands",
    "open_setup",
    "use_terrain",
)


@dataclass(frozen=True)
class Mend:
    """One button.

    Args:
        action: one of `ACTIONS`.
        title: title of the button.
        argument: name of the model to use; empty for other actions.
    """

    action: str
    title: str
    argument: str = ""


def mends(state: DockState, visible: Optional[Extent]) -> Tuple[Mend, ...]:
    """Return what one click can mend in a state.

    Args:
        state: state of the dock.
        visible: visible part of the image, in its CRS; None if no part is visible.
    """
    return () if state.is_busy else tuple(_mends(state, visible))


def _mends(state: DockState, visible: Optional[Extent]) -> Iterator[Mend]:
    if not state.has_engine:
        yield Mend(OPEN_SETUP, tr("Set up engine…"))
    if state.image is None or state.image.problem:
        return
    lacks_heights = state.dsm is None and state.card is not None and state.card.wants_heights
    if lacks_heights and state.heightless_model:
        title = tr("Use '{model}'").format(model=title_of(state.heightless_model))
        yield Mend(USE_MODEL, title, state.heightless_model)
    if state.area == VIEW and visible is None:
        yield Mend(ZOOM_IMAGE, tr("Zoom to image"))
    if any(state.chosen_bands) and _has_doubtful_bands(state):
        yield Mend(DETECT_BANDS, tr("Use detected bands"))
    if state.offered_terrain:
        title = tr("Use terrain '{layer}'").format(layer=state.offered_terrain)
        yield Mend(USE_TERRAIN, title)


def _has_doubtful_bands(state: DockState) -> bool:
    return bool(state.bands_problem or state.bands_hint or state.bands_remarks)
