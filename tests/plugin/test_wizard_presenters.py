"""What the pages Try, Train and Compare say and permit."""

from pathlib import Path

import pytest
from orthoscribe.plugin.protocol import (
    ISPRS,
    ClassGain,
    FinetuneReport,
    JobError,
    own_models_folder,
)
from orthoscribe.plugin.wizard.budgets import TRAINING_TIMES, training_time
from orthoscribe.plugin.wizard.draft import FinetuneDraft
from orthoscribe.plugin.wizard.pages.compare_presenter import ComparePresenter, changed_rows
from orthoscribe.plugin.wizard.pages.train_presenter import TrainPresenter, time_titles
from orthoscribe.plugin.wizard.pages.trial_presenter import TrialPresenter
from orthoscribe.plugin.wizard.trial import trial_extent
from qgis.core import QgsRasterLayer

GAIN = ClassGain(2, "building", "Building", 7, 4, 0.5, 0.9, 0.2, 0.6)
SPARSE = ClassGain(4, "tree", "Tree", 2, 1, 0.8, 0.7)


def report(verdict="green", **values):
    return FinetuneReport(verdict, "It is so.", classes=(GAIN, SPARSE), **values)


@pytest.mark.parametrize(
    ("verdict", "word", "is_barred"),
    [
        ("green", "Better", False),
        ("amber", "Not shown to be better", False),
        ("red", "Worse", True),
    ],
)
def test_verdict_has_a_word_and_bars_what_got_worse(verdict, word, is_barred):
    presenter = ComparePresenter(report(verdict), ISPRS)
    assert presenter.verdict_word == word
    assert bool(presenter.barred_by) == is_barred
    if is_barred:
        assert "It is so." in presenter.barred_by


def test_rows_have_ranges_where_places_suffice():
    rows = ComparePresenter(
        report(mean_f1_before=0.65, mean_f1_after=0.8, gain_low=0.1, gain_high=0.2), ISPRS
    ).rows()
    assert rows == (
        ("Building", "7", "50 %", "90 %", "+40 (+20 to +60)"),
        ("Tree", "2", "80 %", "70 %", "-10, too few places for a range"),
        ("Mean", "9", "65 %", "80 %", "+15 (+10 to +20)"),
    )


def test_changed_rows_leave_out_what_stays():
    areas = {"tree_lost_m2": 1500.0, "building_gained_m2": 12.0, "car_gained_m2": 0.0}
    assert changed_rows(areas, ISPRS) == (
        ("Building", "12 m²", "0 m²"),
        ("Tree", "0 m²", "0.15 ha"),
    )


def test_minutes_are_those_that_are_promised():
    assert [each.minutes for each in TRAINING_TIMES] == [4.0, 8.0, 20.0]
    assert [title for _, title, _ in time_titles()] == [
        "Quick, at most 4 minutes",
        "Standard, at most 8 minutes",
        "Thorough, at most 20 minutes",
    ]
    assert training_time("standard", 0.0).name == "standard"


@pytest.fixture
def draft(home, tmp_path):
    for name in ("image.tif", "labels.gpkg"):
        (tmp_path / name).touch()
    return FinetuneDraft(
        image=str(tmp_path / "image.tif"),
        nir_band=1,
        red_band=2,
        green_band=3,
        labels=str(tmp_path / "labels.gpkg"),
        start="tiny",
        minutes=4.0,
    )


def test_job_goes_into_the_library_under_a_free_name(draft):
    job = TrainPresenter(draft).job()
    assert job.output == str(own_models_folder() / "tiny improved")
    assert (job.budget, job.minutes, job.title) == ("standard", 4.0, "tiny improved")
    Path(job.output).mkdir(parents=True)
    assert TrainPresenter(draft).name == "tiny improved_2"


def test_taken_name_is_refused(draft):
    from dataclasses import replace

    with pytest.raises(JobError, match="already a model 'tiny'"):
        TrainPresenter(replace(draft, name="tiny")).job()


def test_trial_says_how_long_it_took():
    now = iter((10.0, 52.0))
    presenter = TrialPresenter(lambda: next(now))
    presenter.begin()
    presenter.end()
    assert presenter.text(is_shown=False) == ""
    assert "42 s" in presenter.text(is_shown=True)


def test_trial_is_limited_to_the_middle_of_a_large_view(write_raster, qgis_app):
    image = QgsRasterLayer(str(write_raster("image.tif", size=64, pixel=0.5)), "image")
    whole = (500_000.0, 5_399_968.0, 500_032.0, 5_400_000.0)
    assert trial_extent((0, 0, 6e6, 6e6), image) == pytest.approx(whole)
    part = trial_extent(whole, image, most_px=1024)
    assert part == pytest.approx((500_008.0, 5_399_976.0, 500_024.0, 5_399_992.0))
    assert trial_extent((0, 0, 10, 10), image) is None
