import numpy as np
import pytest
from orthoscribe.engine.polygons.coverage.lattice import PinLattice


def test_lines_are_counted_from_the_origin_of_the_lattice():
    lattice = PinLattice(10, line=7, column=20)
    assert np.flatnonzero(lattice.is_line(25)).tolist() == [0, 3, 13, 23, 25]
    assert np.flatnonzero(lattice.is_column(25)).tolist() == [0, 10, 20, 25]


def test_rows_until_the_next_line():
    assert [PinLattice(10, line=7).rows_until_line(row) for row in (0, 2, 3, 4)] == [3, 1, 10, 9]


def test_lattice_refuses_a_distance_of_zero():
    with pytest.raises(ValueError, match="0 px apart"):
        PinLattice(0)
