import pytest
from orthoscribe.engine.polygons.buildings.settings import OutlineSettings


@pytest.mark.parametrize(
    "wrong",
    [
        {"edge_price_m3": 0},
        {"free_price": -1},
        {"tree_weight": 1.1},
        {"least_iou": 2},
        {"largest_distance_m": float("nan")},
    ],
)
def test_settings_refuse_values_out_of_range(wrong):
    with pytest.raises(ValueError, match="must be"):
        OutlineSettings(**wrong)
