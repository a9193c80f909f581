import pytest
from orthoscribe.engine.protocol import CATALOG, ArchitectureRow, row_named

ROW = {"name": "n", "title": "N", "paper": "p", "summary": "s", "stride_px": 16}


def test_row_refuses_to_be_neither_tileable_nor_to_say_why():
    with pytest.raises(ValueError, match="halo"):
        ArchitectureRow(**ROW, halo_px=None)


def test_row_refuses_a_halo_that_is_not_enough():
    with pytest.raises(ValueError, match="halo"):
        ArchitectureRow(**ROW, halo_px=80, not_tileable="It pools over the whole image.")


def test_row_without_a_halo_says_why():
    row = ArchitectureRow(**ROW, halo_px=None, not_tileable="It pools over the whole image.")
    assert row.halo_px is None


def test_rows_are_found_by_name():
    assert [row_named(row.name) for row in CATALOG] == list(CATALOG)
    with pytest.raises(KeyError):
        row_named("unknown")
