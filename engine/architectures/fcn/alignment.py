# SPDX-License-Identifier: GPL-2.0-or-later
"""Alignment of feature maps with the image, which determines how maps must be cropped.

It follows from the strides, kernels and paddings of the layers. The crop offsets hard-coded in the
release (19; 5 and 27; 5, 9 and 31; 18) all follow from the rules below.

    E. Shelhamer, J. Long, T. Darrell, Fully Convolutional Networks for Semantic Segmentation,
    IEEE TPAMI 39(4), 2017, Sections 3 and 4.3.
"""

from __future__ import annotations

from typing import NamedTuple


class Cells(NamedTuple):
    """Cells of a map along one axis: cell i has its center at pixel stride * i + shift.

    Args:
        stride: distance between two cells in pixels.
        shift: pixel coordinate of the center of cell 0; integers are centers of pixels.
        field: receptive field of a cell in pixels.

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
        """Return the cells after a transposed convolution; the receptive field is not updated."""
        shift = self.shift - self.stride / stride * ((kernel - 1) / 2 - padding)
        return Cells(self.stride / stride, shift, self.field)

    def offset_in(self, other: Cells) -> int:
        """Return the index of the cell of another map, of equal stride, at cell 0 of this map.

        Raises:
            ValueError: if no cell matches, so that the maps cannot be aligned by cropping.
        """
        offset = (self.shift - other.shift) / other.stride
        if self.stride != other.stride or offset != round(offset):
            raise ValueError(f"Cannot align {self} with {other} by cropping.")
        return round(offset)


PIXELS = Cells(1, 0.0, 1)
