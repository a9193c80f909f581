# SPDX-License-Identifier: GPL-2.0-or-later
"""The page: what an evaluation found, from its report, for people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .charts import confusion_matrix, curve
from .markup import Markup, element, joined, percent
from .style import STYLE
from .tables import (
    class_table,
    fact_table,
    object_table,
    published_table,
    scene_table,
    summary_table,
    swatch,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ...protocol import Legend
    from .pictures import Gallery, Picture

PARTS = {"full": "all pixels", "eroded": "3 px off borders"}
MOST_TICKS = 8


def compose_page(report: Mapping[str, Any], legend: Legend, gallery: Gallery) -> str:
    """Return a page of HTML that needs no other file.

    Args:
        report: content of the report.json of an evaluation.
        legend: that was scored by.
        gallery: pictures of some scenes.
    """
    title = f"{report['model']['title']} on {report['data']['title']}"
    body = (
        element("h1", title),
        element("p", _what(report)),
        *(element("p", sentence, class_="warning") for sentence in report["warnings"]),
        _numbers(report),
        *_scores(report, legend),
        *_published(report),
        *_maps(gallery, legend),
        *_matrix(report, legend),
        *_curves(report),
        *_objects(report, legend),
        *_scenes(report),
        *_facts(report),
    )
    head = joined(
        (
            Markup('<meta charset="utf-8">'),
            Markup('<meta name="viewport" content="width=device-width">'),
            element("title", title),
            Markup(f"<style>{STYLE}</style>"),
        )
    )
    html = element("html", element("head", head), element("body", *body), lang="en")
    return f"<!DOCTYPE html>\n{html}\n"


def _what(report: Mapping[str, Any]) -> str:
    count = len(report["scenes"])
    ignored = report["ignored_class"]
    sentences = [
        f"{count} scene{'s' if count > 1 else ''}, {report['data']['split'] or 'one image'}: "
        f"{report['full']['scored_px']:,} pixels of known classes, all counted "
        "together."
    ]
    if ignored:
        sentences.append(f"Nobody is asked to find {ignored}: it is not scored.")
    if report["release_oa"]:
        sentences.append("Overall accuracy counts its pixels as errors, as the release does.")
    return " ".join(sentences)


def _numbers(report: Mapping[str, Any]) -> Markup:
    record = report[report["headline"]]
    shown = {
        "Overall accuracy": percent(record["overall_accuracy"]) + " %",
        "Mean F1": percent(record["mean_f1"]) + " %",
        "Mean IoU": percent(record["mean_iou"]) + " %",
        "Scored": PARTS[report["headline"]],
    }
    boxes = (element("div", element("b", value), name) for name, value in shown.items())
    return element("div", *boxes, class_="numbers")


def _parts(report: Mapping[str, Any]) -> dict[str, Any]:
    """Return the records of scores that there are, the headline first."""
    names = sorted(PARTS, key=lambda name: name != report["headline"])
    return {PARTS[name]: report[name] for name in names if report[name] is not None}


def _scores(report: Mapping[str, Any], legend: Legend) -> tuple[Markup, ...]:
    parts = _parts(report)
    return (element("h2", "Scores in percent"), summary_table(parts), class_table(parts, legend))


def _published(report: Mapping[str, Any]) -> list[Markup]:
    found: list[Markup] = []
    for one in report["published"]:
        note = f"{one['paper']}, {one['name']}. {one['title']}."
        if not one["same_data_set"]:
            note += " Measured on another data set: the numbers cannot be compared directly."
        found += [element("p", note), published_table(one, report["model"]["title"])]
    if not found:
        return []
    own = (
        "This run is scored 3 px off borders, as the published numbers of the ISPRS tiles are."
        if report["eroded"]
        else "No pixel is 3 px off borders, so this run is scored on all pixels."
    )
    return [element("h2", "Beside published numbers, in percent"), element("p", own), *found]


def _maps(gallery: Gallery, legend: Legend) -> tuple[Markup, ...]:
    key = element("p", *(element("span", swatch(one)) for one in legend.classes), class_="key")
    return (element("h2", "Maps"), key, *map(_map, gallery.pictures))


def _map(picture: Picture) -> Markup:
    shown = {
        f"{picture.name}: NIR, red, green": picture.image,
        "Truth": picture.truth,
        "Labels": picture.labels,
        "Errors in red": picture.errors,
    }
    figures = (
        element(
            "figure",
            Markup(f'<img src="{address}" alt="">'),
            element("figcaption", caption),
        )
        for caption, address in shown.items()
    )
    return element("div", *figures, class_="maps")


def _matrix(report: Mapping[str, Any], legend: Legend) -> tuple[Markup, ...]:
    record = report[report["headline"]]
    rows = [_shares(*pair) for pair in zip(record["confusion"], record["unlabeled"], strict=True)]
    if not any(record["unlabeled"]):
        rows = [shares[:-1] for shares in rows]
    return (
        element("h2", "Confusion"),
        element(
            "p",
            "Of each true class, a row, the percentage labeled as each class; "
            f"{PARTS[report['headline']]}.",
        ),
        confusion_matrix([one.title for one in legend.classes], rows),
    )


def _shares(counts: Sequence[int], unlabeled: int) -> list[float | None]:
    total = sum(counts) + unlabeled
    return [count / total if total else None for count in (*counts, unlabeled)]


def _curves(report: Mapping[str, Any]) -> tuple[Markup, ...]:
    figures = []
    if report["trimap"]:
        distances = report["trimap"]["distance_px"]
        every = max(1, len(distances) // MOST_TICKS)
        names = [str(px) if px == 1 or px % every == 0 else "" for px in distances]
        chart = curve(
            distances, report["trimap"]["mean_iou"], names, "Distance in px", "Mean IoU in percent"
        )
        note = "Only pixels up to this distance from a true border."
        figures.append(element("figure", chart, element("figcaption", note)))
    bounds = report["resolution_bounds"]
    chart = curve(
        list(range(len(bounds))),
        list(bounds.values()),
        list(bounds),
        "Stride in px",
        "Mean IoU in percent",
    )
    note = "The most that a network predicting at this stride could reach on these scenes."
    figures.append(element("figure", chart, element("figcaption", note)))
    return (
        element("h2", "Borders and resolution"),
        element("div", *figures, class_="pair"),
    )


def _objects(report: Mapping[str, Any], legend: Legend) -> tuple[Markup, ...]:
    if not report["objects"]:
        return ()
    note = "An object is found if it shares more than half of the union with a true one."
    return (
        element("h2", "Objects"),
        element("p", note),
        object_table(report["objects"], legend),
    )


def _scenes(report: Mapping[str, Any]) -> tuple[Markup, ...]:
    note = "Each scene alone; the scores above come from all counts together, not from means."
    return (element("h2", "Scenes"), element("p", note), scene_table(report["scenes"]))


def _facts(report: Mapping[str, Any]) -> tuple[Markup, ...]:
    versions = report["versions"]
    facts = {
        "Model": f"{report['model']['name']}, architecture {report['model']['architecture']}",
        "Weights": f"sha256 {report['model']['weights_sha256'][:16]}…",
        "Device": report["device"],
        "Time": "{total:.0f} s, {label:.0f} s of them labeling".format(**report["seconds"]),
        "Versions": ", ".join(f"{name} {version}" for name, version in versions.items()),
    }
    return (element("h2", "Run"), fact_table(facts))
