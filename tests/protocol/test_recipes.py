import doctest
import importlib
from dataclasses import replace

import pytest
from orthoscribe.engine.protocol import catalog
from orthoscribe.engine.protocol.catalog import CATALOG
from orthoscribe.engine.protocol.catalog.recipes import (
    RECIPES,
    Augmentation,
    BootstrappedEntropy,
    CrossEntropy,
    Exponential,
    Optimizer,
    Poly,
    Sampling,
    SigmoidEntropy,
    Stage,
    Staircase,
    TrainingRecipe,
    Variant,
    WarmCosine,
    recipe_named,
)

ADAM = Optimizer("adam")
ONE = Sampling(batch=1)


def test_every_architecture_has_its_recipe():
    names = {recipe.name for recipe in RECIPES}
    assert len(names) == len(RECIPES)
    assert {row.recipe for row in CATALOG} <= names


def test_recipes_are_found_by_name():
    assert [recipe_named(recipe.name) for recipe in RECIPES] == list(RECIPES)
    with pytest.raises(KeyError):
        recipe_named("unknown")


@pytest.mark.parametrize("module", ["schedule", "recipe"])
def test_examples_in_docstrings_are_true(module):
    found = importlib.import_module(f"{catalog.__name__}.recipes.{module}")
    tried = doctest.testmod(found)
    assert tried.attempted
    assert not tried.failed


def test_maggiori_trains_the_base_network_first():
    recipe = recipe_named("maggiori")
    first, second = recipe.stages_for("maggiori_mlp")
    stages = [(s.architecture, s.learning_rate, s.steps) for s in (first, second)]
    assert stages == [("maggiori_fcn", 0.1, 45_000), ("maggiori_mlp", 0.01, 30_000)]
    assert recipe.stages_for("maggiori_fcn") == (first,)


def test_maggiori_has_the_numbers_of_potsdam_and_of_the_release():
    recipe = recipe_named("maggiori")
    assert recipe.sampling == Sampling(batch=5, patch_px=(256, 256))
    assert recipe.stages[0].schedule.gamma == pytest.approx(0.99976977, abs=5e-9)
    potsdam = recipe.varied("potsdam")
    assert potsdam.sampling.patch_px == (512, 512)
    assert [stage.steps for stage in potsdam.stages] == [90_000, 65_000]
    assert potsdam.stages[0].schedule.gamma == pytest.approx(0.99988488, abs=5e-9)
    assert recipe.varied("lr_gamma").stages[0].schedule == Exponential(0.9998)
    assert [stage.steps for stage in recipe.varied("release").stages] == [40_000, 30_000]


def test_fcn_rates_fall_a_hundredfold_with_each_skip():
    recipe = recipe_named("fcn_staged")
    stages = recipe.stages_for("fcn_8s_staged")
    assert [stage.learning_rate for stage in stages] == [1e-10, 1e-12, 1e-14]
    assert [stage.architecture for stage in recipe.stages_for("fcn_16s")] == ["fcn_32s", "fcn_16s"]
    assert recipe.varied("lr").stages[-1].learning_rate == 1e-12


def test_fcn_of_table_1_has_a_rate_for_each_network():
    recipe = recipe_named("fcn_accumulated")
    rates = {name: recipe.stages_for(name)[0].learning_rate for name in
             ("fcn_alexnet", "fcn_32s", "fcn_googlenet")}  # fmt: skip
    assert rates == {"fcn_alexnet": 1e-3, "fcn_32s": 1e-4, "fcn_googlenet": 5e-5}
    assert recipe.varied("lr").stages_for("fcn_alexnet")[0].learning_rate == 1e-4
    assert recipe.sampling.images == 20
    assert recipe.loss == CrossEntropy("mean")


def test_fcn_regimes_of_table_2_see_as_many_images():
    heavy = recipe_named("fcn_heavy")
    assert heavy.optimizer.momentum == 0.99
    assert heavy.varied("online").optimizer.momentum == 0.9
    for name in ("online", "accumulated"):
        variant = heavy.varied(name)
        assert variant.stages[0].steps * variant.sampling.images == 100_000
    assert heavy.loss == CrossEntropy("sum")


def test_context_module_learns_on_a_front_end_that_stays():
    front, context = recipe_named("yk_context").stages_for("yk_context_large")
    assert (front.architecture, front.frozen) == ("yk_frontend", ())
    assert (context.architecture, context.frozen) == ("yk_context_large", ("front_end",))
    joint = recipe_named("yk_context").varied("joint").stages_for("yk_context_large")[-1]
    assert (joint.learning_rate, joint.frozen) == (1e-5, ())


def test_recurrent_crf_learns_on_top_of_a_trained_network():
    stages = recipe_named("yk_context").stages_for("yk_context_basic_crfrnn")
    assert [stage.architecture for stage in stages] == [
        "yk_frontend", "yk_context_basic", "yk_context_basic_crfrnn",
    ]  # fmt: skip
    assert stages[-1].learning_rate == pytest.approx(1e-13 * 500 * 500)


def test_dense_crf_has_nothing_to_learn():
    recipe = recipe_named("yk_frontend")
    assert recipe.stages_for("yk_frontend_crf") == recipe.stages_for("yk_frontend")


def test_every_architecture_has_stages_that_end_with_it_or_with_what_it_refines():
    for row in CATALOG:
        recipe = recipe_named(row.recipe)
        *earlier, last = recipe.stages_for(row.name)
        refined = row.name.replace("_crf", "").replace("cnn_rf", "maggiori_fcn")
        assert last.architecture in (row.name, refined)
        assert all(stage.architecture for stage in earlier)
        assert {stage.architecture for stage in earlier} <= {other.name for other in CATALOG}


def test_front_end_learns_at_its_cells_unless_upsampling_is_asked_for():
    recipe = recipe_named("yk_frontend")
    assert recipe.cell_px == 8
    assert recipe.varied("upsampled").cell_px == 0


def test_front_end_for_the_test_server_ends_with_a_third_stage():
    stages = recipe_named("yk_frontend").varied("coco").stages_for("yk_frontend")
    assert [(s.learning_rate, s.steps) for s in stages] == [
        (1e-3, 100_000), (1e-4, 40_000), (1e-5, 50_000),
    ]  # fmt: skip


def test_ladder_runs_out_after_thirty_epochs():
    recipe = recipe_named("ladder")
    (stage,) = recipe.stages_for("ldn121")
    assert stage.schedule == Poly(1.5)
    assert stage.length(2975, recipe.sampling) == 22_313
    assert recipe.optimizer.pretrained_divisor == 5
    assert recipe.varied("lr_div").optimizer.pretrained_divisor == 2
    assert recipe.varied("end_lr").stages[0].schedule == Poly(1.5, end=5e-5)
    assert recipe.varied("frozen_bn").frozen_norms


def test_variants_meet_in_one_recipe():
    both = recipe_named("ladder").varied("lr_div", "end_lr")
    assert both.optimizer.pretrained_divisor == 2
    assert both.stages[0].schedule.end == 5e-5


def test_frrn_drops_its_rate_once_and_looks_at_a_quarter_of_the_pixels():
    recipe = recipe_named("frrn")
    height, width = recipe.sampling.patch_px
    assert recipe.loss.hardest_px == height * width // 4
    assert recipe.stages[0].schedule == Staircase(35_000, 0.1)
    assert recipe.varied("lr_policy").stages[0].schedule == Staircase(5_000, 0.8, 5e-5)


def test_unknown_variants_name_the_known_ones():
    with pytest.raises(ValueError, match="lr_gamma"):
        recipe_named("maggiori").varied("gamma")


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.name)
def test_every_variant_changes_something_and_says_what(recipe):
    for variant in recipe.variants:
        assert recipe.varied(variant.name) != recipe
        assert variant.summary.endswith(".")


@pytest.mark.parametrize(
    "illegal",
    [
        lambda: Sampling(batch=0),
        lambda: Sampling(batch=1, patch_px=(0, 5)),
        lambda: Sampling(batch=1, kept_share=0.0),
        lambda: Sampling(batch=1, balanced_share=1.5),
        lambda: Augmentation(gamma=0.6),
        lambda: Augmentation(shift_px=-1),
        lambda: Augmentation(saturation=(1.5, 0.5)),
        lambda: Optimizer("rmsprop"),
        lambda: Optimizer("sgd", momentum=1.0),
        lambda: Optimizer("adam", momentum=0.9),
        lambda: Optimizer("sgd", weight_decay=-1.0),
        lambda: Optimizer("sgd", pretrained_divisor=0.5),
        lambda: CrossEntropy("median"),
        lambda: BootstrappedEntropy(0),
        lambda: Exponential(1.1),
        lambda: Staircase(0, 0.1),
        lambda: Poly(0.0),
        lambda: WarmCosine(1.0),
        lambda: Stage(0.0, steps=1),
        lambda: Stage(0.1),
        lambda: Stage(0.1, steps=1, epochs=1),
        lambda: TrainingRecipe("n", "N", "p", ONE, ADAM, stages=()),
        lambda: replace(recipe_named("frrn"), averaging=1.0),
        lambda: replace(recipe_named("frrn"), cell_px=-1),
        lambda: replace(recipe_named("frrn"), variants=(Variant("a", ""), Variant("a", ""))),
    ],
)
def test_recipes_refuse_numbers_that_make_no_sense(illegal):
    with pytest.raises(ValueError, match=r"\."):
        illegal()


def test_null_background_is_class_zero_unless_it_is_learned():
    recipe = recipe_named("fcn_sigmoid")
    assert recipe.loss == SigmoidEntropy(null_class=0)
    assert recipe.varied("control").loss.null_class is None
