# SPDX-License-Identifier: GPL-2.0-or-later
"""The tables of the page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .markup import ABSENT, Markup, color_of, element, joined, percent

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ...protocol import LandClass, Legend

CLASS_COLUMNS = ("f1", "precision", "recall", "iou")
TITLES = {
    "f1": "F1",
    "precision": "Precision",
    "recall": "Recall",
    "iou": "IoU",
    "overall_accuracy": "Overall accuracy",
    "mean_f1": "Mean F1",
    "mean_iou": "Mean IoU",
    "mean_accuracy": "Mean accuracy",
    "frequency_weighted_iou": "f.w. IoU",
    "kappa": "Kappa",
}
SUMMARY = (
    "overall_accuracy",
    "mean_f1",
    "mean_iou",
    "mean_accuracy",
    "frequency_weighted_iou",
    "kappa",
)


def table(header: Sequence[str], rows: Iterable[Markup], **attributes: object) -> Markup:
    """Return a table."""
    head = element("tr", *(element("th", title) for title in header))
    return element("table", element("thead", head), element("tbody", *rows), **attributes)


def row(cells: Iterable[str], **attributes: object) -> Markup:
    """Return a row of cells."""
    return element("tr", *(element("td", cell) for cell in cells), **attributes)


def swatch(one: LandClass) -> Markup:
    """Return a class with its color."""
    spot = element("span", class_="swatch", style=f"background:{color_of(one.color)}")
    return joined((spot, one.title))


def class_table(parts: Mapping[str, Mapping[str, Any]], legend: Legend) -> Markup:
    """Return the scores of each class, for each way to score side by side.

    Args:
        parts: records of scores by what they are called.
        legend: of the classes.
    """
    header = ["Class"] + [f"{TITLES[name]}, {part}" for part in parts for name in CLASS_COLUMNS]
    scored = [list(record["classes"]) for record in parts.values()]
    rows = [
        row(
            [
                swatch(legend.named(of_class[0]["name"])),
                *(percent(scores[name]) for scores in of_class for name in CLASS_COLUMNS),
            ]
        )
        for of_class in zip(*scored, strict=True)
    ]
    return table(header, rows)


def summary_table(parts: Mapping[str, Mapping[str, Any]]) -> Markup:
    """Return the scores of all classes together, a row for each way to score."""
    return table(
        ["Scored pixels", *(TITLES[name] for name in SUMMARY)],
        [
            row([part, *(_shown(record, name) for name in SUMMARY)])
            for part, record in parts.items()
        ],
    )


def object_table(objects: Mapping[str, Mapping[str, Any]], legend: Legend) -> Markup:
    """Return how many objects are found."""
    return table(
        ["Objects", "True", "Found", "Matched", "Precision", "Recall", "F1"],
        [
            row(
                [
                    swatch(legend.named(name)),
                    *(str(counts[key]) for key in ("true", "found", "matched")),
                    *(percent(counts[key]) for key in ("precision", "recall", "f1")),
                ]
            )
            for name, counts in objects.items()
        ],
    )


def scene_table(scenes: Sequence[Mapping[str, Any]]) -> Markup:
    """Return the scores of each scene."""
    return table(
        ["Scene", "Size in px", "Overall accuracy", "Mean F1"],
        [
            row(
                [
                    one["name"],
                    f"{one['width_px']} x {one['height_px']}",
                    percent(one["overall_accuracy"]),
                    percent(one["mean_f1"]),
                ]
            )
            for one in scenes
        ],
    )


def published_table(published: Mapping[str, Any], model: str) -> Markup:
    """Return a published table with the run's own row on top, in percent as papers print."""
    own = row([f"{model}, this run", *map(_number, published["this_run"])], class_="own")
    others = [
        row(
            [one["method"], *map(_number, one["values"])],
            class_="kin" if one["same_architecture"] else "",
        )
        for one in published["rows"]
    ]
    return table(
        ["Method", *(name.replace("_", " ") for name in published["columns"])], [own, *others]
    )


def fact_table(facts: Mapping[str, str]) -> Markup:
    """Return facts with their names."""
    return table((), [row(pair) for pair in facts.items()], class_="facts")


def _shown(record: Mapping[str, Any], name: str) -> str:
    if name == "kappa":
        return ABSENT if record[name] is None else f"{record[name]:.3f}"
    return percent(record[name])


def _number(value: float | None) -> str:
    return ABSENT if value is None else f"{value:.2f}"
