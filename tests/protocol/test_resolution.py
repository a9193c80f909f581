# SPDX-License-Identifier: GPL-2.0-or-later
"""How fine an image is labeled that a model was not trained for, and how that is said."""

from dataclasses import replace

import pytest
from orthoscribe.engine.protocol import (
    ISPRS,
    InputError,
    ModelCard,
    Normalization,
    Resolution,
    labeling_resolution,
    length_text,
)

CARD = ModelCard(
    name="small",
    title="Small",
    summary="",
    architecture="maggiori_mlp",
    legend=ISPRS,
    roles=("nir", "red", "green"),
    gsd_range_m=(0.05, 0.2),
    normalization=Normalization(),
    license="CC0-1.0",
    weights_sha256="",
)


@pytest.mark.parametrize("gsd_m", [0.03999999999, 0.04, 0.05, 0.1, 0.2, 0.25, 0.2500000001])
@pytest.mark.parametrize("resample", [True, False])
def test_image_near_the_range_is_labeled_as_it_is(gsd_m, resample):
    assert labeling_resolution(gsd_m, CARD, resample=resample) == Resolution(gsd_m)


@pytest.mark.parametrize("gsd_m", [0.039, 0.02, 0.001])
def test_finer_image_is_labeled_at_the_finest_end_which_is_no_doubt(gsd_m):
    found = labeling_resolution(gsd_m, CARD)
    assert (found.gsd_m, found.is_doubtful) == (0.05, False)
    assert f"{gsd_m} m per pixel, finer than the 0.05 to 0.2 m" in found.remark
    assert "'small'" in found.remark
    assert "labeled at 0.05 m, with results on its own pixels" in found.remark
    assert "poor" not in found.remark


@pytest.mark.parametrize(("gsd_m", "labeled_m"), [(0.26, 0.2), (0.3, 0.2), (0.8, 0.2), (2.0, 0.5)])
def test_coarser_image_is_enlarged_within_reason_which_is_doubtful(gsd_m, labeled_m):
    found = labeling_resolution(gsd_m, CARD)
    assert found.gsd_m == pytest.approx(labeled_m)
    assert found.is_doubtful
    assert f"{length_text(gsd_m)} m per pixel, coarser than the 0.05 to 0.2 m" in found.remark
    assert f"enlarged to {length_text(labeled_m)} m" in found.remark
    assert "lacks details" in found.remark


def test_finer_image_is_known_where_such_were_reduced_in_training():
    card = replace(CARD, finest_image_m=0.02)
    found = labeling_resolution(0.02, card)
    assert (found.gsd_m, found.is_doubtful) == (0.05, False)
    assert found.remark.endswith("its own pixels; the model was trained on such images too.")
    assert "trained on such" not in labeling_resolution(0.019, card).remark


def test_coarser_image_is_no_doubt_where_such_were_enlarged_in_training():
    card = replace(CARD, coarsest_image_m=0.6)
    found = labeling_resolution(0.6, card)
    assert (found.gsd_m, found.is_doubtful) == (0.2, False)
    assert "enlarged to 0.2 m for labeling;" in found.remark
    assert found.remark.endswith("the model was trained on such images too.")
    assert labeling_resolution(0.61, card).is_doubtful
    further = replace(card, enlarged_to_m=0.15)
    assert labeling_resolution(0.6, further).gsd_m == 0.15
    assert labeling_resolution(0.25, further).gsd_m == 0.25


@pytest.mark.parametrize("gsd_m", [0.02, 0.5])
def test_image_that_must_not_be_resampled_is_doubtful(gsd_m):
    found = labeling_resolution(gsd_m, CARD, resample=False)
    assert (found.gsd_m, found.is_doubtful) == (gsd_m, True)
    assert "will be poor: turn on resampling" in found.remark


@pytest.mark.parametrize("resample", [True, False])
@pytest.mark.parametrize(("coarsest_image_m", "limit_m"), [(0.0, 2.0), (0.6, 6.0)])
def test_image_ten_times_coarser_than_any_known_is_refused(coarsest_image_m, limit_m, resample):
    card = replace(CARD, coarsest_image_m=coarsest_image_m)
    assert labeling_resolution(limit_m, card, resample=resample).is_doubtful
    with pytest.raises(InputError, match="labels would be meaningless: choose a finer image"):
        labeling_resolution(1.01 * limit_m, card, resample=resample)


def test_refusal_says_both_resolutions():
    with pytest.raises(InputError, match=r"300 m .* 10 times the 0\.2 m .* 'small' was trained"):
        labeling_resolution(300.2, CARD)


def test_range_of_one_resolution_is_said_once():
    card = replace(CARD, gsd_range_m=(0.09, 0.09))
    assert "than the 0.09 m that" in labeling_resolution(0.02, card).remark


@pytest.mark.parametrize(
    ("meters", "text"), [(0.1, "0.1"), (0.05, "0.05"), (0.126, "0.13"), (2.0, "2"), (300.2, "300")]
)
def test_length_has_no_needless_digits(meters, text):
    assert length_text(meters) == text
