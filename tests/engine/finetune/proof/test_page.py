# SPDX-License-Identifier: GPL-2.0-or-later
"""The page of a fine-tuning: complete, self-contained, and escaped."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import numpy as np
from orthoscribe.engine.finetune.labels.label_polygon import LabelPolygon
from orthoscribe.engine.finetune.proof.comparison import compare_out_of_fold
from orthoscribe.engine.finetune.proof.page.chips import draw_chips, most_changed
from orthoscribe.engine.finetune.proof.page.compose import compose_page
from orthoscribe.engine.finetune.proof.report import Course, report_of, report_without_verdict
from orthoscribe.engine.finetune.proof.verdict import verdict_of
from orthoscribe.engine.protocol import ISPRS
from orthoscribe.engine.protocol.finetune_report import CurvePoint, UndrawnClass
from orthoscribe.engine.tiling.window import Window
from orthoscribe.tests.engine.finetune.proof.simulation import simulate

CURVE = tuple(CurvePoint(step, 0.6 + step / 300) for step in range(0, 101, 10))
COURSE = Course("Image and heights, best", 0.75, 5, 120, 300.0, CURVE)


class Scene:
    """Channels of noise."""

    height, width = 300, 400

    def read(self, window):
        size = (window.height, window.width)
        return np.random.default_rng(0).random((4, *size), np.float32), np.ones(size, bool)


def labels(scene, window):
    return np.full((window.height, window.width), scene, np.uint8)


def made(gain=0.2, legend=ISPRS):
    drawn = simulate(np.random.default_rng(0), gain=gain)
    mask = np.ones((9, 9), bool)
    polygons = [
        LabelPolygon(0, at, int(one), Window(12 * at, 15 * at, 9, 9), mask, (5e5, 1.0), 1.0)
        for at, one in enumerate(drawn.classes)
    ]
    proof = compare_out_of_fold(drawn.before, drawn.after, polygons, drawn.groups, legend)
    undrawn = (UndrawnClass(5, "Car", 0.9, 0.1), UndrawnClass(6, "Clutter"))
    verdict = verdict_of(proof, None, undrawn, legend)
    report = report_of(verdict, proof, None, undrawn, COURSE, ("The polygons lie close.",))
    chips = draw_chips(most_changed(report), polygons, [Scene()], labels, labels, legend)
    return report, chips


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


def test_report_is_rounded_and_complete():
    report, _ = made()
    assert report.verdict == "green"
    assert report.gain_low <= report.mean_f1_after - report.mean_f1_before <= report.gain_high
    assert report.accuracy_after == round(report.accuracy_after, 4)
    assert [one.title for one in report.classes] == [one.title for one in ISPRS.classes[:4]]
    assert report.curve == CURVE


def test_preview_has_a_page_without_scores():
    report = report_without_verdict(Course("Base", 0.5, 0, 10, 20.0))
    page = compose_page(report, "Try", ISPRS)
    assert "A preview is not judged" in page
    assert "Polygons that" not in page
