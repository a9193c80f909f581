# SPDX-License-Identifier: GPL-2.0-or-later
"""Steps through the least certain features of a run; decides what is next, shows nothing.

A feature is as certain as its confidence, or as the overlap of its outline with the pixels
(`iou_raw`) where this is lower.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from typing import TYPE_CHECKING, Iterable, Iterator, List, Optional, Tuple

from qgis.core import QgsFeatureRequest

from ..compat import is_null
from ..i18n import tr

if TYPE_CHECKING:
    from qgis.core import QgsVectorLayer

MAX_STEPS = 20
SCORES = (("confidence", 1.0), ("iou_raw", 100.0))  # field, and its factor to percent


@dataclass(frozen=True)
class ReviewStep:
    """One feature to look at.

    Args:
        certainty: certainty in percent.
        layer_id: identifier of the layer.
        feature_id: identifier of the feature in its layer.
    """

    certainty: float
    layer_id: str
    feature_id: int


class ReviewPresenter:
    """Position in a list of steps.

    Args:
        steps: steps, in their order.
    """

    def __init__(self, steps: Iterable[ReviewStep] = ()) -> None:
        self._steps: List[ReviewStep] = list(steps)
        self._position = 0

    @property
    def current(self) -> Optional[ReviewStep]:
        """The current step; None without steps."""
        return self._steps[self._position] if self._steps else None

    @property
    def count_text(self) -> str:
        """Position and number of steps, as `3 of 20`; empty without steps."""
        if not self._steps:
            return ""
        return tr("{position} of {count}").format(
            position=self._position + 1, count=len(self._steps)
        )

    @property
    def has_next(self) -> bool:
        """Whether there is a step after the current one."""
        return self._position + 1 < len(self._steps)

    @property
    def has_previous(self) -> bool:
        """Whether there is a step before the current one."""
        return self._position > 0

    def go(self, steps: int) -> None:
        """Go forward, or backward with a negative number, at most to the last or first step."""
        last = max(0, len(self._steps) - 1)
        self._position = min(max(0, self._position + steps), last)

    def drop_current(self) -> None:
        """Remove the current step, since its feature is gone; the next one becomes current."""
        if self._steps:
            del self._steps[self._position]
        self.go(0)

    def drop_layers(self, layer_ids: Iterable[str]) -> None:
        """Remove all steps of these layers."""
        gone, current = set(layer_ids), self.current
        self._steps = [step for step in self._steps if step.layer_id not in gone]
        if current in self._steps:
            self._position = self._steps.index(current)
        self.go(0)


def least_certain(layers: Iterable[QgsVectorLayer], maximum: int = MAX_STEPS) -> List[ReviewStep]:
    """Return the least certain features of all layers, the least certain first.

    Features without confidence and overlap are left out.

    Args:
        layers: vector layers of a run.
        maximum: largest number of steps.
    """
    steps = {step for layer in layers for step in _steps_of(layer, maximum)}
    return heapq.nsmallest(maximum, steps, key=_order)


def _steps_of(layer: QgsVectorLayer, maximum: int) -> Iterator[ReviewStep]:
    """Yield the least certain features by each score; among them are those by the lowest one."""
    fields = layer.fields()
    factors = {name: factor for name, factor in SCORES if fields.lookupField(name) >= 0}
    for ordered in factors:
        for feature in layer.getFeatures(_lowest(layer, ordered, factors, maximum)):
            values = {name: feature[name] for name in factors}
            known = [factors[name] * each for name, each in values.items() if not is_null(each)]
            if known:
                yield ReviewStep(min(known), layer.id(), feature.id())


def _lowest(
    layer: QgsVectorLayer, ordered: str, names: Iterable[str], maximum: int
) -> QgsFeatureRequest:
    """Return a request ordered by one plain field, which the file does in a fraction of a second.

    An expression of several fields would take seconds for a city.
    """
    clause = QgsFeatureRequest.OrderByClause(f'"{ordered}"', True, False)
    request = QgsFeatureRequest().setSubsetOfAttributes(list(names), layer.fields())
    request.setFlags(QgsFeatureRequest.Flag.NoGeometry)
    return request.setOrderBy(QgsFeatureRequest.OrderBy([clause])).setLimit(maximum)


def _order(step: ReviewStep) -> Tuple[float, str, int]:
    return step.certainty, step.layer_id, step.feature_id
