"""The painted curve: points, a dashed line for the score before, and words for both."""

import pytest
from orthoscribe.plugin.widgets.score_curve import ScoreCurve
from qgis.PyQt.QtGui import QColor, QPalette


@pytest.fixture
def curve(qtbot):
    made = ScoreCurve()
    made.resize(300, 130)
    palette = made.palette()
    palette.setColor(QPalette.ColorRole.Highlight, QColor(255, 0, 0))
    palette.setColor(QPalette.ColorRole.WindowText, QColor(0, 0, 255))
    made.setPalette(palette)
    qtbot.addWidget(made)
    return made


def pixels(curve, color):
    image = curve.grab().toImage()
    return [
        (x, y)
        for x in range(image.width())
        for y in range(image.height())
        if image.pixelColor(x, y) == QColor(*color)
    ]


def test_curve_rises_above_the_line_of_the_base(curve):
    curve.show_scores([(0.0, 0.6), (0.5, 0.7), (1.0, 0.9)], 0.65)
    red = pixels(curve, (255, 0, 0))
    left = min(y for x, y in red if x < 30)
    right = max(y for x, y in red if x > 280)
    assert right < left
    assert len(pixels(curve, (0, 0, 255))) > 100
    assert curve.scores_text() == "before 65 %, now 90 %"
    assert curve.accessibleDescription() == "before 65 %, now 90 %"


def test_without_scores_it_says_where_the_curve_will_be(curve):
    assert pixels(curve, (255, 0, 0)) == []
    assert curve.scores_text() == ""


def test_equal_scores_do_not_divide_by_zero(curve):
    curve.show_scores([(0.1, 0.5)], 0.5)
    assert pixels(curve, (255, 0, 0))
