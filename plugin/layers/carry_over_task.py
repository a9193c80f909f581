# SPDX-License-Identifier: GPL-2.0-or-later
"""Background task that carries edited polygons into the file of a new run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Callable, Optional, Sequence

from qgis.core import QgsTask

from ..errors import error_text
from ..i18n import tr
from .kept_polygons import CanceledError, carry_over, merged

if TYPE_CHECKING:
    from .kept_polygons import KeptPolygons

OnEnd = Callable[[int, str], None]


class CarryOverTask(QgsTask):  # type: ignore[misc]
    """Task that runs `carry_over`; keep a reference until it has ended.

    Args:
        kept: polygons of each former result.
        file: GeoPackage of the new run.
        on_end: callback for the number of polygons and what went wrong, on the main thread.
        classes: class raster of the new run, outside of which nothing is carried over; empty: no
            limit.
    """

    def __init__(
        self, kept: Sequence[KeptPolygons], file: str, on_end: OnEnd, classes: str = ""
    ) -> None:
        super().__init__(tr("Orthoscribe polygons"), QgsTask.Flag.CanCancel)
        self._kept, self._file, self._classes = kept, file, classes
        self._on_end: Optional[OnEnd] = on_end
        self._count, self._problem = 0, ""

    def run(self) -> bool:
        """Carry the polygons over (background thread). No exception may escape, or QGIS crashes."""
        try:
            kept = merged(self._kept, self._classes)
            self._count = carry_over(kept, self._file, self.isCanceled)
        except CanceledError:
            return False
        except Exception as error:
            self._problem = error_text(error)
        return not self._problem

    def finished(self, result: bool) -> None:
        """Call the callback (main thread)."""
        if not result and not self._problem:
            self._problem = tr(
                "The task was canceled, so the polygons that you edited are in the former result "
                "only: copy them from there."
            )
        on_end, self._on_end = self._on_end, None
        if on_end is not None:
            on_end(self._count, self._problem)

    def abandon(self) -> None:
        """End the task without a call of the callback."""
        self._on_end = None
        self.cancel()
