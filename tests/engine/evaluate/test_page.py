# SPDX-License-Identifier: GPL-2.0-or-later
"""Markup that cannot be broken by names, charts that can be parsed."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import numpy as np
from orthoscribe.engine.evaluate.page.charts import confusion_matrix, curve
from orthoscribe.engine.evaluate.page.markup import element
from orthoscribe.engine.evaluate.page.pictures import MOST_SCENES, Gallery
from orthoscribe.engine.metrics import IGNORED
from orthoscribe.engine.protocol import ISPRS, ImageInput
from orthoscribe.tests.scenes import speckle, write_raster

SVG = "{http://www.w3.org/2000/svg}"


def test_text_is_escaped_and_markup_is_not():
    inner = element("b", "<script>", title='"')
    assert element("p", inner, "&") == '<p><b title="&quot;">&lt;script&gt;</b>&amp;</p>'


def test_curve_rises_where_its_values_do():
    chart = ET.fromstring(curve([1, 2, 4], [0.5, None, 0.9], ["1", "", "4"], "x", "y"))
    points = chart.find(f"{SVG}polyline").get("points").split()
    (x1, y1), (x2, y2) = (map(float, point.split(",")) for point in points)
    assert x1 < x2
    assert y1 > y2  # y runs downwards


def test_reference_is_a_dashed_line_within_the_axis():
    chart = ET.fromstring(curve([1, 2], [0.9, 0.95], ["1", "2"], "x", "y", reference=0.42))
    (line,) = [each for each in chart.iter(f"{SVG}line") if each.get("stroke-dasharray")]
    ticks = [float(text.get("y")) for text in chart.iter(f"{SVG}text") if text.text == "40"]
    assert float(line.get("y1")) == float(line.get("y2")) < ticks[0] - 4


def test_flat_curve_has_an_axis():
    chart = ET.fromstring(curve([1, 2], [1.0, 1.0], ["1", "2"], "x", "y"))
    words = [text.text for text in chart.iter(f"{SVG}text")]
    assert words[:2] == ["90", "100"]


def test_confusion_matrix_shows_shares_in_percent():
    chart = ET.fromstring(confusion_matrix(["A", "B"], [[0.25, 0.75], [None, None]]))
    words = [text.text for text in chart.iter(f"{SVG}text")]
    assert "25.0" in words
    assert "75.0" in words
    assert words.count("-") == 2
    assert len(list(chart.iter(f"{SVG}rect"))) == 4


def test_gallery_takes_the_first_few_scenes(tmp_path):
    gallery = Gallery(ISPRS)
    image = write_raster(tmp_path / "image.tif", speckle(3, 8, 10))
    truth = np.full((8, 10), IGNORED, np.uint8)
    for number in range(MOST_SCENES + 2):
        gallery.feed(str(number), ImageInput(image), truth, np.zeros_like(truth))
    assert [picture.name for picture in gallery.pictures] == list("012345")
    assert gallery.pictures[0].truth.startswith("data:image/png;base64,iVBOR")
