"""Which band is near infrared, which red, which green: the rules, in the order of their worth."""

import pytest
from orthoscribe.engine.protocol import (
    BandTraits,
    InputError,
    find_bands,
    guess_bands,
    marks_natural_colors,
)

ROLES = ("nir", "red", "green")


def bands(*descriptions, interpretations=(), wavelengths_nm=()):
    return [
        BandTraits(
            number,
            description,
            interpretations[number - 1] if interpretations else "undefined",
            wavelengths_nm[number - 1] if wavelengths_nm else None,
        )
        for number, description in enumerate(descriptions, 1)
    ]


@pytest.mark.parametrize(
    ("traits", "expected"),
    [
        (bands("nir", "red", "green"), (1, 2, 3)),
        (bands("Blue", "Green", "Red", "Near Infrared"), (4, 3, 2)),
        (bands("rouge", "vert", "bleu", "PIR"), (4, 1, 2)),
        (bands("nir", "red", "green", "blue", "alpha"), (1, 2, 3)),
        (bands("red edge", "red", "green", "nir"), (4, 2, 3)),
        (bands("", "", ""), (1, 2, 3)),
        (bands("", "", "", interpretations=("red", "green", "blue")), (1, 2, 3)),
        (bands("", "", "", ""), (4, 1, 2)),
        (bands("", "", "", "", interpretations=("nir", "red", "green", "blue")), (1, 2, 3)),
        (bands("", "", "", "", wavelengths_nm=(560, 660, 705, 842)), (4, 2, 1)),
        (bands("r", "g", "b", "nir", interpretations=("red", "green", "blue", "alpha")), (4, 1, 2)),
    ],
)
def test_roles_are_told(traits, expected):
    assert find_bands(ROLES, {}, traits) == expected


def test_word_of_the_user_wins():
    assert find_bands(ROLES, {"nir": 3, "green": 1}, bands("nir", "red", "green")) == (3, 2, 1)


@pytest.mark.parametrize(
    ("interpretations", "expected"),
    [
        (("red", "green", "blue"), True),
        (("blue", "green", "red"), True),
        (("red", "green", "blue", "alpha"), True),
        (("gray", "undefined", "undefined"), False),
        (("red", "green", "blue", "undefined"), False),
        (("red", "green", "blue", "nir"), False),
    ],
)
def test_photo_is_told_by_its_marks(interpretations, expected):
    traits = bands(*[""] * len(interpretations), interpretations=interpretations)
    assert marks_natural_colors(traits) is expected


def test_silent_bands_in_odd_numbers_cannot_be_told():
    assert guess_bands(ROLES, {}, bands(*[""] * 6)) == {"nir": 0, "red": 0, "green": 0}
    with pytest.raises(InputError, match=r"near infrared, red and green band cannot be determined"):
        find_bands(ROLES, {}, bands(*[""] * 6))


def test_a_guess_keeps_what_can_be_told():
    traits = bands("", "red", "", "", "")
    assert guess_bands(ROLES, {}, traits) == {"nir": 0, "red": 2, "green": 0}


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"nir": 2, "red": 2}, "Band 2 is used as near infrared and red"),
        ({"green": 9}, "Band 9 is selected as green, but the image has 3 bands"),
    ],
)
def test_impossible_wishes_are_refused(given, sentence):
    with pytest.raises(InputError, match=sentence):
        find_bands(ROLES, given, bands("", "", ""))


def test_too_few_bands_are_refused():
    with pytest.raises(InputError, match=r"has one band, but 3 are needed.*gdalbuildvrt -separate"):
        find_bands(ROLES, {}, bands("gray", "alpha"))
