# SPDX-License-Identifier: GPL-2.0-or-later
"""Looking at the labels before and after: in turn, or both in one view with a line between them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Optional

from qgis.PyQt.QtCore import QObject

from .before_after import AFTER, SWIPE, BeforeAfter
from .swipe import Swipe

if TYPE_CHECKING:
    from ..layers.trial_layers import TrialLayers
    from .page import WizardContext


class TrialComparison(QObject):
    """Connects the buttons of a page with the layers of its trial.

    Args:
        buttons: buttons of the page.
        layers: layers of the trial.
        context: window, project and draft that the pages work on.
    """

    def __init__(
        self,
        buttons: BeforeAfter,
        layers: TrialLayers,
        context: WizardContext,
        parent: Optional[QObject] = None,
    ) -> None:
        super().__init__(parent)
        self._buttons, self._layers = buttons, layers
        self._swipe = Swipe(context.iface, layers.layers_before, self)
        self._swipe.ended.connect(lambda: buttons.press(AFTER))
        buttons.chosen.connect(self._choose)
        buttons.opacity_changed.connect(layers.set_opacity)

    def put_away(self) -> None:
        """End a swipe, as the page is left or the layers are removed; may be called at any time."""
        if self._swipe.is_on:
            self._swipe.stop()
            self._buttons.press(AFTER)

    def _choose(self, way: str) -> None:
        if way != SWIPE:
            self._swipe.stop()
        self._layers.show(is_new=way in (AFTER, SWIPE))
        if way == SWIPE:
            self._swipe.start()
