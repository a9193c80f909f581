import pytest
from orthoscribe.engine.protocol import ISPRS, NODATA, LandClass, Legend

ROAD = LandClass(3, "road", "Road", (1, 2, 3))


def test_isprs_legend_has_the_benchmark_colors():
    assert ISPRS.codes == (1, 2, 3, 4, 5, 6)
    assert ISPRS.named("car").color == (255, 255, 0)
    assert ISPRS.named("impervious_surface").code == 1
    assert NODATA not in ISPRS.codes


def test_legend_sorts_by_code():
    legend = Legend((ROAD, LandClass(1, "tree", "Tree", (0, 255, 0))))
    assert legend.codes == (1, 3)
    assert len(legend) == 2


def test_legend_refuses_duplicate_codes():
    with pytest.raises(ValueError, match="'Road' and 'Track' share the code 3"):
        Legend((ROAD, LandClass(3, "track", "Track", (0, 0, 0))))


def test_legend_refuses_duplicate_names():
    with pytest.raises(ValueError, match="share the name 'road'"):
        Legend((ROAD, LandClass(4, "road", "Street", (0, 0, 0))))


def test_legend_refuses_to_be_empty():
    with pytest.raises(ValueError, match="at least one"):
        Legend(())


@pytest.mark.parametrize("title", ["\0", "a\nb", "\ud800", "a" * 201])
def test_land_class_refuses_titles_that_no_file_or_window_can_show(title):
    with pytest.raises(ValueError, match="title of class 'road'"):
        LandClass(1, "road", title, (0, 0, 0))


@pytest.mark.parametrize("code", [NODATA, -1, 256])
def test_land_class_refuses_codes_no_raster_holds(code):
    with pytest.raises(ValueError, match=r"1\.\.255"):
        LandClass(code, "road", "Road", (0, 0, 0))


@pytest.mark.parametrize("name", ["", "Road", "low vegetation", "7up", "road\n", "a/b"])
def test_land_class_refuses_names_that_are_no_identifier(name):
    with pytest.raises(ValueError, match="lower case"):
        LandClass(1, name, "Road", (0, 0, 0))


@pytest.mark.parametrize("color", [(0, 0, 256), (-1, 0, 0), (0, 0)])
def test_land_class_refuses_colors_that_are_none(color):
    with pytest.raises(ValueError, match=r"0\.\.255"):
        LandClass(1, "road", "Road", color)


def test_legend_knows_its_classes_by_name():
    assert ISPRS.has("tree")
    assert not ISPRS.has("water")
    with pytest.raises(KeyError):
        ISPRS.named("water")
