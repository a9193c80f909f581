# SPDX-License-Identifier: GPL-2.0-or-later
"""Alignment: where the cells of a map lie in the image, and so where maps must be cropped.

Strides, kernels and paddings of the layers decide it. The crops that the release writes down as
numbers (19; 5 and 27; 5, 9 and 31; 18) all follow from the rules below.

    E. Shelhamer, J. Long, T. Darrell, Fully Convolutional Networks for Semantic Segmentation,
    IEEE TPAMI 39(4), 2017, Sections 3 and 4.3.
"""

from __future__ import annotations

from typing import NamedTuple


class Cells(NamedTuple):
    """The cells of a map along one axis: cell i has its center at pixel stride * i + shift.

    Args:
        stride: pixels between two cells.
        shift: pixel of the center of cell 0; whole numbers are centers of pixels.
        field: receptive field of a cell, in pixels.

    Example:
        >>> PIXELS.through(3, padding=1).through(2, stride=2)
        Cells(stride=2, shift=0.5, field=4)
    """

    stride: float
    shift: float
    field: int

    def through(self, kernel: int, *, stride: int = 1, padding: int = 0) -> Cells:
        """Return the cells after a convolution or a pool."""
        shift = self.shift + self.stride * ((kernel - 1) / 2 - padding)
        field = self.field + round((kernel - 1) * self.stride)
        return Cells(self.stride * stride, shift, field)

    def enlarged(self, kernel: int, *, stride: int, padding: int = 0) -> Cells:
        """Return the cells after a transposed convolution; their field is not followed."""
        shift = self.shift - self.stride / stride * ((kernel - 1) / 2 - padding)
        return Cells(self.stride / stride, shift, self.field)

    def offset_in(self, other: Cells) -> int:
        """Return which of another map's cells lies on cell 0 of this map; both have one stride.

        Raises:
            ValueError: none does, the maps cannot be aligned by cropping.
        """
        offset = (self.shift - other.shift) / other.stride
        if self.stride != other.stride or offset != round(offset):
            raise ValueError(f"No cropping aligns cells of {self} with those of {other}.")
        return round(offset)


PIXELS = Cells(1, 0.0, 1)
