import pytest
from orthoscribe.engine.protocol import ISPRS, new_land_classes


def test_new_classes_get_the_next_codes_names_and_colors():
    water, panel = new_land_classes(ISPRS, ["water=#0064FF", "Solar panel"])
    assert (water.code, water.name, water.title, water.color) == (
        7,
        "water",
        "Water",
        (0, 100, 255),
    )
    assert (panel.code, panel.name, panel.title) == (8, "solar_panel", "Solar panel")
    assert panel.color not in {water.color, *(each.color for each in ISPRS.classes)}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["Tree"], "exists"),
        (["water", "Water"], "exists"),
        (["water=blue"], "must be written #RRGGBB"),
        (["=#0064ff"], "lower case letters"),
        (["Gewässer"], "lower case letters"),
    ],
)
def test_unusable_class_is_refused(given, said):
    with pytest.raises(ValueError, match=said):
        new_land_classes(ISPRS, given)
