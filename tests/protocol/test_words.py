import pytest
from orthoscribe.engine.protocol import listed
from orthoscribe.engine.protocol.words import MOST_SHOWN, is_printable, shortened


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


def test_long_and_odd_texts_are_shortened_for_messages():
    assert shortened("/data/image.tif") == "/data/image.tif"
    assert len(shortened("a" * 5000)) <= MOST_SHOWN
    assert shortened("a\nb\0\ud800") == "a\ufffdb\ufffd\ufffd"


def test_control_characters_are_not_printable():
    assert is_printable("Gräser und Kräuter\u00a0/ 草")
    assert not any(map(is_printable, ("a\nb", "\0", "\ud800", "\x7f", "\u202e")))
