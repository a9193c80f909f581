# SPDX-License-Identifier: GPL-2.0-or-later
"""Table of whole jobs: verdicts are counted by kind."""

from orthoscribe.engine.bench.finetuning.whole_jobs.table import as_markdown

NAN = float("nan")


def result(kind, verdict, after=0.8):
    half = {"mean_f1": 0.5, "f1": [0.5] * 6, "iou": [0.4] * 6, "recall": [0.5] * 6}
    changed = {**half, "mean_f1": after, "f1": [0.9, 0.9, 0.9, 0.9, 0.47, NAN]}
    report = {
        "verdict": verdict, "alpha": 1.0, "groups": 8, "mean_f1_before": 0.4, "mean_f1_after": None,
        "home": [
            {"accuracy_before": 0.9, "accuracy_after": 0.89},
            {"accuracy_before": 0.96, "accuracy_after": 0.93},
        ],
    }  # fmt: skip
    return {
        "kind": kind, "seed": 1, "report": report, "before": half, "after": changed, "cpu_s": 60.4,
    }  # fmt: skip


def test_verdicts_are_counted_by_kind():
    results = [result("park", "green"), result("noise", "amber"), result("park", "red")]
    lines = as_markdown(results).splitlines()
    assert lines[-2:] == ["| noise | 1 | 0 / 1 / 0 |", "| park | 2 | 1 / 0 / 1 |"]


def test_row_has_the_worst_undrawn_class_and_the_mean_of_the_home_scenes():
    row = next(
        line for line in as_markdown([result("park", "green")]).splitlines() if "park" in line
    )
    cells = [cell.strip() for cell in row.strip("|").split("|")]
    assert cells[5] == ""  # not compared
    assert cells[6] == "0.500 -> 0.800"
    assert cells[-3:] == ["-0.030", "0.930 -> 0.910", "60"]
