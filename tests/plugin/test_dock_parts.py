# SPDX-License-Identifier: GPL-2.0-or-later
"""Parts of the dock on their own: the bar of classes and the scroll areas."""

import pytest
from orthoscribe.plugin.dock.class_bar import ClassBar
from orthoscribe.plugin.dock.summary import ClassShare
from orthoscribe.plugin.widgets.fitting_scroll import FittingScroll
from qgis.PyQt.QtWidgets import QLabel, QVBoxLayout, QWidget

SHARES = (
    ClassShare("Building", (0, 0, 255), 75.0, 0.75),
    ClassShare("Tree", (0, 255, 0), 25.0, 0.25),
)


def test_parts_of_the_bar_are_as_long_as_the_shares(qgis_app, qtbot):
    bar = ClassBar()
    qtbot.addWidget(bar)
    bar.resize(200, 20)
    bar.show_shares(SHARES)
    image = bar.grab().toImage()
    scale = image.width() / 200
    colors = [image.pixelColor(int(x * scale), image.height() // 2).name() for x in (75, 145, 155)]
    assert colors == ["#0000ff", "#0000ff", "#00ff00"]
    assert "Tree · 25 m² (25 %)" in bar.accessibleDescription()


@pytest.mark.parametrize(("lines", "is_limited"), [(2, False), (200, True)])
def test_notices_take_at_most_about_half_of_their_parent(qgis_app, qtbot, lines, is_limited):
    content, parent = QWidget(), QWidget()
    qtbot.addWidget(parent)
    QVBoxLayout(content).addWidget(QLabel("\n".join(["word"] * lines)))
    scroll = FittingScroll(content)
    QVBoxLayout(parent).addWidget(scroll)
    parent.resize(300, 600)
    parent.show()
    assert (scroll.sizeHint().height() < content.sizeHint().height()) is is_limited
    assert scroll.sizeHint().height() <= 300
    assert parent.minimumSizeHint().height() < 200
