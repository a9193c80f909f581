import pytest
from orthoscribe.engine.protocol import listed


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ([], ""),
        (["red"], "red"),
        (["red", "green"], "red and green"),
        (("near infrared", "red", "green"), "near infrared, red and green"),
        (iter((7, 9, 12)), "7, 9 and 12"),
    ],
)
def test_words_are_listed(words, expected):
    assert listed(words) == expected


def test_a_choice_is_listed_with_or():
    assert listed(["auto", "cpu", "cuda"], "or") == "auto, cpu or cuda"
