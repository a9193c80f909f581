"""A folder of tiles is chosen in the dock, and a place to run on."""

from pathlib import Path

DRIVER = Path(__file__).with_name("tiles.py")


def test_folder_of_tiles_becomes_the_image_and_places_are_offered(visit):
    seen = visit("tiles", driver=DRIVER)
    seen.assert_is_well()
    assert seen.facts["entries"][-1] == "Folder of tiles…"
    assert seen.facts["layer"] == "tiles"
    assert seen.facts["size_px"] == [600, 600]
    assert any("is no place to run on" in each for each in seen.facts["findings"])
    assert seen.facts["while_planning"] == "Stop planning"
    assert "GB are free" in seen.facts["plan"]
    names = ("1_list", "2_tiles_dock", "3_places", "4_processes_dock", "5_no_place_dock")
    for name in (*names, "6_plan_dock"):
        seen.screenshot(name)
