import pytest
from orthoscribe.engine.protocol import CATALOG, ArchitectureRow, Choice, Option, row_named

ROW = {
    "name": "n",
    "title": "N",
    "paper": "p",
    "described_in": "Section 1",
    "summary": "s",
    "stride_px": 16,
    "output_stride_px": 2,
    "recipe": "maggiori",
}
DEPTH = Option(
    "depth",
    "how deep",
    (Choice("8"), Choice("10", extra_halo_px=32), Choice("half", scale=2)),
)


def test_row_refuses_to_be_neither_tileable_nor_to_say_why():
    with pytest.raises(ValueError, match="halo"):
        ArchitectureRow(**ROW, halo_px=None)


def test_row_refuses_a_halo_that_is_not_enough():
    with pytest.raises(ValueError, match="halo"):
        ArchitectureRow(**ROW, halo_px=80, not_tileable="It pools over the whole image.")


def test_row_without_a_halo_says_why():
    row = ArchitectureRow(**ROW, halo_px=None, not_tileable="It pools over the whole image.")
    assert row.halo_px is None


def test_people_read_whole_sentences():
    for row in CATALOG:
        for text in filter(None, (row.summary, row.not_tileable)):
            assert text[0].isupper(), (row.name, text)
            assert text.endswith("."), (row.name, text)


def test_rows_are_found_by_name():
    assert [row_named(row.name) for row in CATALOG] == list(CATALOG)
    with pytest.raises(KeyError):
        row_named("unknown")


def test_options_not_given_are_the_way_of_the_paper():
    row = ArchitectureRow(**ROW, halo_px=80, options=(DEPTH,))
    assert row.settled({}) == {"depth": "8", "width": "1"}
    assert row.settled({"depth": "10", "width": "1/4"}) == {"depth": "10", "width": "1/4"}


@pytest.mark.parametrize(
    ("options", "named"), [({"dept": "8"}, "depth, width"), ({"depth": "9"}, "8, 10, half")]
)
def test_unknown_options_and_values_name_the_known_ones(options, named):
    row = ArchitectureRow(**ROW, halo_px=80, options=(DEPTH,))
    with pytest.raises(ValueError, match=named):
        row.settled(options)


def test_choices_change_the_geometry_of_tiles():
    row = ArchitectureRow(**ROW, halo_px=80, options=(DEPTH,))
    assert row.geometry({}) == (16, 80)
    assert row.geometry({"depth": "10"}) == (16, 112)
    assert row.geometry({"depth": "half"}) == (32, 160)


def test_choice_can_make_a_network_tileable():
    field = Option("field", "which", (Choice("dense"), Choice("local", halo_px=48)))
    row = ArchitectureRow(**ROW, halo_px=None, not_tileable="It sees all.", options=(field,))
    assert row.geometry({}) == (16, None)
    assert row.geometry({"field": "local"}) == (16, 48)
