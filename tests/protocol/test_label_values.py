# SPDX-License-Identifier: GPL-2.0-or-later
import pytest
from orthoscribe.engine.protocol import JobError, meanings_of, spelled


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (" Low  vegetation", "low_vegetation"), (6, "6"), (6.0, "6"), ("6.00", "6"), (-1.0, "-1"),
        (2.5, "2.5"), ("0101", "0101"), ("3 1 1", "3_1_1"), ("1.", "1."), ("nan", "nan"),
    ],
)  # fmt: skip
def test_values_are_compared_as_spelled(value, expected):
    assert spelled(value) == expected


def test_each_value_has_its_meaning():
    given = ("5=tree", " 6.0 = Building", "Low wood=tree", "a=b=car")
    expected = {"5": "tree", "6": "Building", "low_wood": "tree", "a=b": "car"}
    assert meanings_of(given) == expected
    assert meanings_of(()) == {}


@pytest.mark.parametrize("entry", ["tree", "=tree", "4=", " = ", ""])
def test_entry_without_value_or_class_is_refused(entry):
    with pytest.raises(JobError, match=r"'label_values' has .* written VALUE=CLASS"):
        meanings_of(("5=tree", entry))


@pytest.mark.parametrize("again", ["6=tree", "6.0=building", " 6 = car"])
def test_value_is_explained_once(again):
    with pytest.raises(JobError, match="two entries for 6"):
        meanings_of(("6=building", again))
