# SPDX-License-Identifier: GPL-2.0-or-later
"""Plans: what recipes and wishes come to, in steps, rates and patches."""

from __future__ import annotations

import pytest
from orthoscribe.engine.protocol import TUNING_STEPS, InputError, TrainJob
from orthoscribe.engine.protocol.catalog.recipes import Exponential, Poly, Staircase, WarmCosine
from orthoscribe.engine.protocol.catalog.recipes.finetune import finetune_recipe
from orthoscribe.engine.tiling.window import Window
from orthoscribe.engine.training.schedules import paced, rate_at
from orthoscribe.engine.training.trainer.plan import plan_run

TOWN = (Window(0, 0, 2000, 2500),)


def plan_of(architecture, parts=TOWN, start_architecture="", options=None, processes=1, **wishes):
    job = TrainJob(output="out", image="i", labels="l", architecture=architecture, **wishes)
    return plan_run(job, architecture, options or {}, parts, start_architecture, processes)


def test_paper_is_followed_to_the_letter_where_nothing_is_wished():
    plan = plan_of("maggiori_mlp", recipe="paper")
    assert [(each.stage.architecture, each.steps) for each in plan.stages] == [
        ("maggiori_fcn", 45_000),
        ("maggiori_mlp", 30_000),
    ]
    assert plan.patch_px == (256, 256)
    assert plan.patches == 5
    first = plan.stages[0].stage
    assert rate_at(first.schedule, first.learning_rate, 10_000, 45_000) == pytest.approx(0.01)
    assert plan.stages[0].recipe.averaging == 0


def test_shorter_run_keeps_shape_and_last_rate():
    plan = plan_of("maggiori_mlp", recipe="paper", steps=100)
    assert [each.steps for each in plan.stages] == [60, 40]
    for planned, steps in zip(plan.stages, (45_000, 30_000), strict=True):
        stage = planned.stage
        last = rate_at(stage.schedule, stage.learning_rate, planned.steps, planned.steps)
        assert last == pytest.approx(stage.learning_rate * 10 ** (-steps / 10_000))


def test_model_that_is_trained_on_takes_the_steps_of_a_fine_tuning():
    plan = plan_of("maggiori_skip", start_architecture="maggiori_skip")
    assert (plan.steps, plan.is_tuning) == (TUNING_STEPS, True)
    assert finetune_recipe("standard", "colors").steps_for(20) == TUNING_STEPS
    for other in (
        plan_of("maggiori_skip"),
        plan_of("maggiori_skip", start_architecture="maggiori_fcn"),
        plan_of("maggiori_skip", start_architecture="maggiori_skip", recipe="paper"),
    ):
        assert other.steps > 10 * TUNING_STEPS
        assert not other.is_tuning
    wished = plan_of("maggiori_skip", start_architecture="maggiori_skip", steps=500)
    assert (wished.steps, wished.is_tuning) == (500, False)
    assert plan_of("maggiori_skip", start_architecture="maggiori_skip", epochs=40).steps != 240


def test_rate_that_is_wished_is_that_of_the_last_stage():
    plan = plan_of("maggiori_mlp", recipe="paper", learning_rate=0.02)
    assert [each.stage.learning_rate for each in plan.stages] == pytest.approx([0.2, 0.02])


def test_epochs_see_the_whole_area_that_often():
    plan = plan_of("maggiori_mlp", epochs=3, batch=4, patch_px=256)
    assert plan.steps == 58  # 3 x 77 patches by 4
    assert plan_of("maggiori_mlp", epochs=3, batch=4, patch_px=256, processes=2).steps == 30


def test_recipe_in_epochs_counts_patches():
    plan = plan_of("ldn121", recipe="paper")
    assert plan.patch_px == (448, 1024)
    assert plan.steps == 83  # 30 x 11 patches by 4


@pytest.mark.parametrize(
    ("architecture", "patch_px", "found"),
    [
        ("maggiori_mlp", 100, (112, 112)),
        ("ldn121", 100, (128, 128)),
        ("sherrah_dilation", 9, (9, 9)),
    ],
)
def test_patches_lie_on_the_stride(architecture, patch_px, found):
    assert plan_of(architecture, patch_px=patch_px).patch_px == found


def test_patches_are_no_larger_than_the_smallest_part():
    parts = (*TOWN, Window(0, 0, 150, 300))
    assert plan_of("maggiori_mlp", parts).patch_px == (144, 144)
    with pytest.raises(InputError, match="20 x 150 px"):
        plan_of("ldn121", (Window(0, 0, 150, 20),))


@pytest.mark.parametrize("size", [(252, 202), (256, 205), (100, 240), (300, 80)])
@pytest.mark.parametrize("recipe", ["modern", "paper"])
@pytest.mark.parametrize("architecture", ["maggiori_mlp", "fcn_32s", "yk_frontend"])
def test_patches_that_are_turned_stay_square_in_a_narrow_part(architecture, recipe, size):
    height, width = plan_of(architecture, (Window(0, 0, *size),), recipe=recipe).patch_px
    assert height == width <= min(size)


def test_whole_images_become_patches():
    assert plan_of("fcn_32s", recipe="paper").patch_px == (512, 512)


def test_stages_behind_the_model_to_start_from_are_left_out():
    staged = []
    for start_architecture in ("", "fcn_32s", "fcn_16s", "fcn_8s_staged", "maggiori_fcn"):
        plan = plan_of("fcn_8s_staged", start_architecture=start_architecture, recipe="paper")
        staged.append([each.stage.architecture for each in plan.stages])
    whole = ["fcn_32s", "fcn_16s", "fcn_8s_staged"]
    assert staged == [whole, whole[1:], whole[2:], whole[2:], whole]


def test_average_of_a_short_run_forgets_its_beginning():
    assert plan_of("maggiori_mlp", steps=90).stages[0].recipe.averaging == pytest.approx(0.9)
    assert plan_of("maggiori_mlp", steps=9000).stages[0].recipe.averaging == 0.99
    assert plan_of("maggiori_mlp", averaging=0.5).stages[0].recipe.averaging == 0.5


@pytest.mark.parametrize(
    "schedule", [Exponential(0.999), Staircase(100, 0.5), Poly(1.5), WarmCosine(0.05)]
)
def test_paced_schedule_goes_the_same_way_in_a_tenth_of_the_time(schedule):
    faster = paced(schedule, 10)
    for step in (10, 33, 99):
        slow = rate_at(schedule, 0.1, 10 * step, 1000)
        assert rate_at(faster, 0.1, step, 100) == pytest.approx(slow, rel=0.2)
    assert paced(schedule, 1) == schedule
