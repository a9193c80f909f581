# SPDX-License-Identifier: GPL-2.0-or-later
"""The least certain features of a run.

A feature is as certain as its confidence, or as the overlap of its outline with the pixels
(`iou_raw`) where this is lower.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from typing import TYPE_CHECKING, Iterable, Iterator, List, Tuple

from qgis.core import QgsFeatureRequest

from ..compat import is_null

if TYPE_CHECKING:
    from qgis.core import QgsVectorLayer

MAX_FEATURES = 20
SCORES = (("confidence", 1.0), ("iou_raw", 100.0))  # field, and its factor to percent


@dataclass(frozen=True)
class RankedFeature:
    """Certainty and place of a feature.

    Args:
        certainty: certainty in percent.
        layer_id: identifier of the layer.
        feature_id: identifier of the feature in its layer.
    """

    certainty: float
    layer_id: str
    feature_id: int


def least_certain(
    layers: Iterable[QgsVectorLayer], maximum: int = MAX_FEATURES
) -> List[RankedFeature]:
    """Return the least certain features of all layers, the least certain first.

    Features without confidence and overlap are left out.

    Args:
        layers: vector layers of a run.
        maximum: largest number of features.
    """
    ranked = {each for layer in layers for each in _ranked_of(layer, maximum)}
    return heapq.nsmallest(maximum, ranked, key=_order)


def _ranked_of(layer: QgsVectorLayer, maximum: int) -> Iterator[RankedFeature]:
    """Yield the least certain features by each score; among them are those by the lowest one."""
    fields = layer.fields()
    factors = {name: factor for name, factor in SCORES if fields.lookupField(name) >= 0}
    for ordered in factors:
        for feature in layer.getFeatures(_lowest(layer, ordered, factors, maximum)):
            values = {name: feature[name] for name in factors}
            known = [factors[name] * each for name, each in values.items() if not is_null(each)]
            if known:
                yield RankedFeature(min(known), layer.id(), feature.id())


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


def _order(one: RankedFeature) -> Tuple[float, str, int]:
    return one.certainty, one.layer_id, one.feature_id
