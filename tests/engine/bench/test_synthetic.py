# SPDX-License-Identifier: GPL-2.0-or-later
"""The synthetic benchmark: its table, its sentence, and what a second start keeps."""

from __future__ import annotations

import json
import math
import re
from dataclasses import replace

import numpy as np
import pytest
from orthoscribe.engine.bench.synthetic.__main__ import main
from orthoscribe.engine.bench.synthetic.budget import TABLE_TWO, Budget
from orthoscribe.engine.bench.synthetic.result import TrialResult, find_kept, keep
from orthoscribe.engine.bench.synthetic.table import (
    PAPER_CLASSES,
    as_markdown,
    published_in_vaihingen,
)
from orthoscribe.engine.bench.synthetic.verdict import judge_ordering
from orthoscribe.engine.bench.synthetic.views import find_or_make_views

TINY = Budget(
    steps=2, patches=2, patch_px=64, training_scenes=2, unseen_scenes=1, scene_px=64, threads=1
)
FLAGS = [
    "--networks=maggiori_fcn,maggiori_skip", "--steps=2", "--patches=2", "--patch-px=64",
    "--training-scenes=2", "--unseen-scenes=1", "--scene-px=64", "--threads=1",
]  # fmt: skip
TIMES = ("seconds_per_step", "training_s")


def start(folder, *more):
    main([*FLAGS, *more, "--output", str(folder)])
    return json.loads((folder / "results.json").read_text())


def without_times(record):
    return [
        {key: value for key, value in one.items() if key not in TIMES} for one in record["networks"]
    ]


@pytest.fixture(scope="module")
def done(tmp_path_factory):
    folder = tmp_path_factory.mktemp("synthetic")
    return folder, start(folder)


def printed(name, **changed):
    """Return the numbers of the paper as if they were ours."""
    _, row = published_in_vaihingen(name)
    *f1, mean_f1, overall_accuracy = row.values
    result = TrialResult(
        architecture=name,
        parameters=1,
        f1={**dict(zip(PAPER_CLASSES, f1, strict=True)), "clutter": 40.0},
        mean_f1=mean_f1,
        overall_accuracy=overall_accuracy,
        steps=10,
        steps_done=10,
        seconds_per_step=0.5,
        training_s=5.0,
        limit_min=60.0,
    )
    return replace(result, **changed)


def cells(line):
    return [cell.strip() for cell in line.strip("|").split("|")]


def test_table_has_the_shape_of_table_two(done):
    lines = (done[0] / "table.md").read_text().splitlines()
    head, _, fcn, skip = [cells(line) for line in lines if line.startswith("|")][:4]
    assert head[1:] == [
        "Imp. surf.", "Building", "Low veg.", "Tree", "Car", "Mean F1", "OA", "Clutter"
    ]  # fmt: skip
    assert (fcn[0], skip[0]) == ("Base FCN", "Skip network")
    for row, name in ((fcn, "maggiori_fcn"), (skip, "maggiori_skip")):
        beside = [re.fullmatch(r"(?:[\d.]+|-) \(([\d.]+)\)", cell)[1] for cell in row[1:-1]]
        assert tuple(map(float, beside)) == published_in_vaihingen(name)[1].values


def test_scores_leave_clutter_out_of_the_mean(done):
    for one in done[1]["networks"]:
        five = [one["f1"][name] for name in PAPER_CLASSES if one["f1"][name] is not None]
        assert one["mean_f1"] == pytest.approx(sum(five) / len(five), abs=0.01)
        assert set(one["f1"]) == {*PAPER_CLASSES, "clutter"}
        assert one["steps_done"] == 2
        assert not one["cut_short"]
        assert one["published"]["table"] == "Table II"


def test_second_start_trains_only_what_is_missing(done):
    folder, first = done
    kept, lost = (folder / "networks" / f"maggiori_{name}.json" for name in ("fcn", "skip"))
    written_ns = kept.stat().st_mtime_ns
    views_ns = [path.stat().st_mtime_ns for path in sorted((folder / "views").iterdir())]
    lost.unlink()
    again = start(folder)
    assert kept.stat().st_mtime_ns == written_ns
    assert again["networks"][0] == first["networks"][0]
    assert without_times(again) == without_times(first)
    assert views_ns == [path.stat().st_mtime_ns for path in sorted((folder / "views").iterdir())]


def test_other_settings_train_again(tmp_path):
    settings = {"steps": 10, "views": "abc"}
    result = printed("maggiori_fcn")
    keep(tmp_path, result, settings)
    assert find_kept(tmp_path, "maggiori_fcn", settings, 60.0) == result
    assert find_kept(tmp_path, "maggiori_fcn", settings, 5.0) == result
    assert find_kept(tmp_path, "maggiori_fcn", {**settings, "steps": 11}, 60.0) is None
    assert find_kept(tmp_path, "maggiori_fcn", {**settings, "views": "abd"}, 60.0) is None
    assert find_kept(tmp_path, "maggiori_skip", settings, 60.0) is None


def test_training_cut_short_is_said_and_not_kept_for_another_limit(tmp_path):
    record = start(tmp_path, "--limit-min", "1e-9", "--networks", "maggiori_fcn")
    assert record["networks"][0]["steps_done"] == 1
    assert record["networks"][0]["cut_short"]
    text = (tmp_path / "table.md").read_text()
    assert "1 of 2" in text
    assert "Cut short" in text.split("| Base FCN")[-1]
    file = json.loads((tmp_path / "networks" / "maggiori_fcn.json").read_text())
    assert find_kept(tmp_path / "networks", "maggiori_fcn", file["settings"], 1e-9)
    assert find_kept(tmp_path / "networks", "maggiori_fcn", file["settings"], 60.0) is None


def test_views_are_found_again_and_interrupted_ones_made(tmp_path):
    views = find_or_make_views(tmp_path, TINY)
    assert [len(views.training), len(views.unseen)] == [2, 1]
    lost = sorted(tmp_path.glob("training*"))[1]
    kept_ns = {path: path.stat().st_mtime_ns for path in tmp_path.iterdir() if path != lost}
    lost.unlink()
    assert find_or_make_views(tmp_path, TINY).digest == views.digest
    assert {path: path.stat().st_mtime_ns for path in kept_ns} == kept_ns
    more = find_or_make_views(tmp_path, replace(TINY, training_scenes=3))
    assert more.digest != views.digest
    assert np.array_equal(more.training[1].channels, views.training[1].channels)


@pytest.mark.parametrize("kind", ["training", "unseen"])
def test_views_of_another_generator_are_thrown_away(tmp_path, kind):
    digest = find_or_make_views(tmp_path, TINY).digest
    for path in tmp_path.iterdir():
        with np.load(path) as arrays:
            was = dict(arrays)
        was["channels"] += 1
        if path.name.startswith(kind) or path == sorted(tmp_path.glob("training*"))[1]:
            np.savez(path, **was)
    assert find_or_make_views(tmp_path, TINY).digest == digest


def test_ordering_of_the_paper_holds_for_its_own_numbers():
    assert judge_ordering([printed(name) for name in TABLE_TWO]) == (
        "The paper's ordering holds here: in mean F1, MLP minus skip is +0.20 points "
        "(+0.20 in the paper) and skip minus base FCN +1.24 (+1.24); from base FCN to MLP cars "
        "gain +6.17 (+6.17), and of the other classes building most, +0.36."
    )


@pytest.mark.parametrize(
    ("worse", "changed", "because"),
    [
        ("maggiori_mlp", {"mean_f1": 86.37}, "because MLP is below skip: in mean F1, MLP minus "
         "skip is -0.01 points"),
        ("maggiori_skip", {"mean_f1": 85.14}, "because skip is not above the base FCN: "),
        ("maggiori_skip", {"mean_f1": 80.0}, "skip minus base FCN -5.14 (+1.24)"),
        ("maggiori_fcn", {"mean_f1": 90.0}, "because skip is not above the base FCN: "),
    ],
)  # fmt: skip
def test_ordering_that_does_not_hold_says_why(worse, changed, because):
    ours = [printed(name, **changed if name == worse else {}) for name in TABLE_TWO]
    sentence = judge_ordering(ours)
    assert sentence.startswith("The paper's ordering does not hold here")
    assert because in sentence


def test_cars_that_do_not_gain_most_break_the_ordering():
    fcn = printed("maggiori_fcn")
    fcn = replace(fcn, f1={**fcn.f1, "tree": 70.0})
    sentence = judge_ordering([fcn, *(printed(name) for name in TABLE_TWO[1:])])
    assert "does not hold here, because cars do not gain most: " in sentence
    assert sentence.endswith("cars gain +6.17 (+6.17), and of the other classes tree most, +18.12.")


def test_ordering_is_not_judged_without_its_networks_or_cars():
    ours = [printed(name) for name in TABLE_TWO]
    assert judge_ordering(ours[:3]) == (
        "Without MLP network, the paper's ordering cannot be judged."
    )
    carless = [replace(one, f1={**one.f1, "car": None}) for one in ours]
    assert "cannot be judged" in judge_ordering(carless)


def test_sentence_names_what_was_cut_short():
    ours = [printed(name, steps_done=9 if name == "maggiori_mlp" else 10) for name in TABLE_TWO]
    assert judge_ordering(ours).endswith("; cut short: MLP network.")


def test_networks_without_published_numbers_have_rows_too():
    f1 = dict.fromkeys((*PAPER_CLASSES, "clutter"), 50.0) | {"car": None}
    ours = [printed("maggiori_mlp"), replace(printed("maggiori_mlp"), architecture="ldn121", f1=f1)]
    text = as_markdown(ours, Budget(), "So it is.")
    row = next(cells(line) for line in text.splitlines() if line.startswith("| Ladder"))
    assert row[1:6] == [*["50.00 (-)"] * 4, "- (-)"]
    assert "Pretrained in the paper, trained from random weights here: Ladder DenseNet-121." in text
    assert text.endswith("So it is.")


def test_dilation_is_beside_its_row_of_table_four():
    table, row = published_in_vaihingen("sherrah_dilation")
    assert (table.name, row.values[-2]) == ("Table IV", 85.28)
    assert published_in_vaihingen("frrn_a") is None


def test_what_cannot_be_trained_is_refused_before_anything_is_made(tmp_path, capsys):
    for flags, said in (
        (["--patch-px", "40"], "maggiori_fcn needs a multiple of 16"),
        (["--patch-px", "48", "--all"], "ldn121 needs a multiple of 64"),
        (["--patch-px", "128"], "larger than a scene"),
        (["--steps", "0"], "steps is 0"),
        (["--networks", "maggiori_fcm"], "maggiori_fcm; choose maggiori_fcn"),
    ):
        with pytest.raises(SystemExit):
            start(tmp_path, *flags)
        assert said in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_short_runs_average_over_a_part_of_their_steps():
    recipe = Budget().recipe
    assert math.isclose(recipe.averaging, 1 - 10 / (Budget().steps + 10))
    assert Budget(steps=100_000).recipe.averaging == 0.99
