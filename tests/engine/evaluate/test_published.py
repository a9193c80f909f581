# SPDX-License-Identifier: GPL-2.0-or-later
"""The papers' tables: their own arithmetic finds slips of whoever copied them."""

import re

import pytest
from orthoscribe.engine.evaluate.published import (
    PUBLISHED,
    PublishedRow,
    PublishedTable,
    published_for,
)
from orthoscribe.engine.protocol import CATALOG


def table_of(paper, name):
    (found,) = [table for table in PUBLISHED if (table.paper, table.name) == (paper, name)]
    return found


def class_mean(table, row):
    """The mean over the classes, all of which the table lists."""
    listed = [value for value in row.values[: table.classes] if value is not None]
    assert len(listed) == table.classes
    return sum(listed) / len(listed)


def rows_of(paper):
    return [
        pytest.param(table, row, id=f"{table.name}, {row.method}")
        for table in PUBLISHED
        if table.paper == paper and table.classes
        for row in table.rows
    ]


@pytest.mark.parametrize(("table", "row"), rows_of("Maggiori et al."))
def test_mean_f1_of_maggiori_is_the_mean_of_the_classes(table, row):
    if row.method == "Deconvolution":
        assert None in row.values[: table.classes]
        return
    off = 0.03 if (table.name, row.method) == ("Table V", "Dilation") else 0.01
    printed = table.value(row.method, "mean_f1")
    assert abs(class_mean(table, row) - printed) <= off


def test_mean_f1_of_dilation_in_potsdam_is_not_what_the_paper_prints():
    table = table_of("Maggiori et al.", "Table V")
    assert class_mean(table, table.row("Dilation")) == pytest.approx(82.968, abs=5e-4)
    assert table.value("Dilation", "mean_f1") == 82.94


@pytest.mark.parametrize(("table", "row"), rows_of("Pohlen et al."))
def test_mean_iu_of_frrn_is_the_mean_of_the_classes(table, row):
    assert class_mean(table, row) == pytest.approx(table.value(row.method, "mean_iu"), abs=0.0501)


@pytest.mark.parametrize(("table", "row"), rows_of("Yu & Koltun"))
def test_mean_iu_of_voc_leaves_a_likely_one_for_the_background(table, row):
    background = 21 * table.value(row.method, "mean_iu") - 20 * class_mean(table, row)
    assert 88 < background < 96


def test_base_networks_are_the_same_in_every_table():
    for early, late in (("Table II", "Table IV"), ("Table III", "Table V")):
        first, second = (table_of("Maggiori et al.", name).row("MLP") for name in (early, late))
        assert first == second
    heavy = table_of("Shelhamer et al.", "Table 2").row("FCN-heavy").values[2:]
    assert heavy == table_of("Shelhamer et al.", "Table 3").row("FCN-32s").values


def test_mlp_leads_its_own_tables():
    for name in ("Table II", "Table III"):
        table = table_of("Maggiori et al.", name)
        best = max(table.rows, key=lambda row: row.values[-2])
        assert best.architecture == "maggiori_mlp"


def test_upper_bounds_fall_with_the_stride():
    (row,) = table_of("Shelhamer et al.", "Section 6.3").rows
    assert list(row.values) == sorted(row.values)


def test_context_adds_more_than_the_slides_say():
    table = table_of("Yu & Koltun", "Table 3")
    gains = [
        table.value(f"Front + {size}{after}", "mean_iu")
        - table.value(f"Front end{after}", "mean_iu")
        for after in ("", " + CRF", " + RNN")
        for size in ("Basic", "Large")
    ]
    assert gains == pytest.approx([1.5, 2.3, 1.1, 1.7, 0.6, 1.4])


def test_every_paper_has_all_its_tables():
    counts = {paper: sum(re.match("Table", table.name) is not None
                         for table in PUBLISHED if table.paper == paper)
              for paper in {table.paper for table in PUBLISHED}}  # fmt: skip
    assert counts == {
        "Maggiori et al.": 5,
        "Yu & Koltun": 3,
        "Shelhamer et al.": 8,
        "Kreso et al.": 6,
        "Pohlen et al.": 1,
    }


def test_percentages_are_percentages():
    for table in PUBLISHED:
        for row in table.rows:
            for column, value in zip(table.columns, row.values, strict=True):
                if value is not None and re.search("_f1$|_iu$|accuracy", column):
                    assert 9 < value < 100, (table.name, row.method, column)


def test_rows_name_architectures_of_the_catalog():
    named = {row.architecture for table in PUBLISHED for row in table.rows} - {""}
    assert named <= {row.name for row in CATALOG}


def test_published_rows_are_found_by_architecture():
    found = published_for("fcn_8s_staged")
    assert [table.name for table, _ in found] == ["Table 2", "Table 3", "Table 4", "Table 7"]
    assert published_for("unknown") == []


def test_table_refuses_rows_that_lost_a_number():
    with pytest.raises(ValueError, match="2 numbers for 3 columns"):
        PublishedTable("P", "T", "t", ("a", "b", "c"), (PublishedRow("m", "", (1.0, 2.0)),))


def test_table_refuses_two_rows_of_one_method():
    with pytest.raises(ValueError, match="one method"):
        PublishedTable.read("P", "T", "t", columns="a", rows="m | | 1\nm | | 2")


def test_table_names_what_it_does_not_have():
    table = PublishedTable.read("P", "T", "t", columns="a b", rows="m | x | 1 -")
    assert table.row("m") == ("m", "x", (1.0, None))
    with pytest.raises(KeyError):
        table.value("n", "a")
