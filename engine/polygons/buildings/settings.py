# SPDX-License-Identifier: GPL-2.0-or-later
"""Settings of regularized outlines, in meters, so that they do not depend on the resolution."""

from __future__ import annotations

from dataclasses import dataclass, fields


@dataclass(frozen=True)
class OutlineSettings:
    """Prices, weights and limits of an outline.

    An edge has a price in m3, as have the squared distances of an outline from its edges,
    summed along the outline. A higher price gives fewer edges.

    Args:
        edge_price_m3: price of an edge in the main direction or at a right angle to it.
        second_price: price of an edge in the second pair of directions, as a factor.
        diagonal_price: price of an edge at 45 degrees to the main direction, as a factor.
        free_price: price of an edge in any other direction, as a factor.
        usual_residual_m: typical distance of an outline from its edges from which
            `edge_price_m3` holds; a smoother outline has cheaper edges and so keeps more detail.
        tree_weight: weight of the outline along trees, where the roof goes on under the crown.
        smallest_courtyard_m2: area of the smallest hole that is kept.
        least_iou: least visible overlap of the outline with the pixels.
        largest_distance_m: largest visible distance between outline and pixels.
        shared_wall_m: largest distance at which a wall between two buildings is moved onto
            the line of an outer wall that continues it.
    """

    edge_price_m3: float = 0.5
    second_price: float = 2.0
    diagonal_price: float = 4.0
    free_price: float = 6.0
    usual_residual_m: float = 0.15
    tree_weight: float = 0.03
    smallest_courtyard_m2: float = 6.0
    least_iou: float = 0.9
    largest_distance_m: float = 1.2
    shared_wall_m: float = 0.6

    def __post_init__(self) -> None:
        """Check the signs and ranges of all settings.

        Raises:
            ValueError: if a setting is outside its range.
        """
        for field in fields(self):
            if not getattr(self, field.name) >= 0:
                raise ValueError(f"The setting {field.name} must be 0 or more.")
        if not self.edge_price_m3 or not self.usual_residual_m:
            raise ValueError("The price of an edge and the usual residual must be more than 0.")
        if self.tree_weight > 1 or self.least_iou > 1:
            raise ValueError("The weight along trees and the least IoU must be at most 1.")


DEFAULT_SETTINGS = OutlineSettings()
