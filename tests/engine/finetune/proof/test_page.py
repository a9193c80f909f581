# SPDX-License-Identifier: GPL-2.0-or-later
"""The page of a fine-tuning: complete, self-contained, and escaped."""

from __future__ import annotations

import re
from base64 import b64decode
from html.parser import HTMLParser

import numpy as np
import pytest
from orthoscribe.engine.finetune.labels.label_polygon import LabelPolygon
from orthoscribe.engine.finetune.proof.comparison import compare_out_of_fold
from orthoscribe.engine.finetune.proof.page.chips import chip_windows, draw_chips, most_changed
from orthoscribe.engine.finetune.proof.page.compose import compose_page
from orthoscribe.engine.finetune.proof.verdict import verdict_of
from orthoscribe.engine.protocol import ISPRS
from orthoscribe.engine.protocol.finetune_report import CurvePoint, FinetuneReport, UndrawnClass
from orthoscribe.engine.tiling.window import Window
from orthoscribe.tests.engine.finetune.proof.simulation import simulate
from rasterio.io import MemoryFile

CURVE = tuple(CurvePoint(step, 0.6 + step / 300) for step in range(0, 101, 10))


class Scene:
    """Channels of noise."""

    height, width = 300, 400

    def read(self, window):
        size = (window.height, window.width)
        return np.random.default_rng(0).random((4, *size), np.float32), np.ones(size, bool)


def made(gain=0.2, legend=ISPRS):
    drawn = simulate(np.random.default_rng(0), gain=gain)
    mask = np.ones((9, 9), bool)
    polygons = [
        LabelPolygon(0, at, int(one), Window(12 * at, 15 * at, 9, 9), mask, (5e5, 1.0), 1.0)
        for at, one in enumerate(drawn.classes)
    ]
    proof = compare_out_of_fold(drawn.before, drawn.after, polygons, drawn.groups, legend)
    undrawn = (UndrawnClass(5, "Car", 0.9, 0.1), UndrawnClass(6, "Clutter"))
    verdict = verdict_of(proof, None, (), legend)
    report = FinetuneReport(
        verdict.color,
        verdict.sentence,
        ("The polygons lie close.",),
        classes=proof.classes,
        mean_f1_before=proof.mean_f1_before,
        mean_f1_after=proof.mean_f1_after,
        better=proof.better,
        worse=proof.worse,
        undrawn=undrawn,
        curve=CURVE,
        base="Image and heights, recommended",
    )
    changes = most_changed(report)
    windows = chip_windows(changes, polygons, [Scene()], legend)
    labels = [np.full((window.height, window.width), 4, np.uint8) for _, window in windows]
    return report, draw_chips(changes, polygons, [Scene()], labels, labels, legend)


def test_page_needs_no_other_file_and_is_well_formed():
    report, chips = made()
    page = compose_page(report, "Town <b> & co", ISPRS, chips, {"Labels": "sha256 <0123>"})
    assert not re.search(r"<script|(src|href)=\"(?!data:)|url\(", page)
    assert "Town &lt;b&gt; &amp; co" in page
    assert "sha256 &lt;0123&gt;" in page
    assert report.sentence in page
    assert "The polygons lie close." in page
    assert page.count("<img") == 4 * len(chips) + 1
    open_tags = []

    class Checker(HTMLParser):
        def handle_starttag(self, tag, attrs):
            if tag not in ("meta", "img", "br"):
                open_tags.append(tag)

        def handle_endtag(self, tag):
            assert open_tags.pop() == tag

    Checker().feed(page)
    assert not open_tags


def test_up_to_twelve_chips_show_both_kinds():
    report, chips = made(gain=0.02)
    assert report.better
    assert report.worse
    assert len(chips) == min(12, len(report.better) + len(report.worse))
    shown = {change.fid for change in most_changed(report)}
    assert report.worse[0].fid in shown
    assert report.better[0].fid in shown


def pixels_of(url):
    content = b64decode(url.removeprefix("data:image/png;base64,"))
    with MemoryFile(content) as file, file.open() as dataset:
        return dataset.read()


@pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")
def test_chips_have_the_colors_of_the_legend():
    report, chips = made()
    drawn, after = pixels_of(chips[0].drawn), pixels_of(chips[0].after)
    assert (after == np.reshape(ISPRS.classes[3].color, (3, 1, 1))).all()
    color = next(one.color for one in ISPRS.classes if one.code == report.better[0].code)
    is_colored = (drawn == np.reshape(color, (3, 1, 1))).all(axis=0)
    assert is_colored.sum() == 81


def test_preview_has_a_page_without_scores():
    report = FinetuneReport("none", "A preview is not judged.", base="Base")
    page = compose_page(report, "Try", ISPRS)
    assert "A preview is not judged" in page
    assert "Polygons that" not in page
