# SPDX-License-Identifier: GPL-2.0-or-later
"""Which images a model was not trained for, and how that is said."""

import pytest
from orthoscribe.engine.protocol import (
    ISPRS,
    ModelCard,
    Normalization,
    length_text,
    resolution_warning,
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


@pytest.mark.parametrize("gsd_m", [0.04, 0.05, 0.1, 0.2, 0.25])
def test_resolution_near_the_range_is_no_matter(gsd_m):
    assert resolution_warning(gsd_m, CARD) == ""


@pytest.mark.parametrize(
    ("gsd_m", "words"),
    [
        (0.039, ("0.039 m per pixel, finer than the 0.05 to 0.2 m", "image to 0.05 m")),
        (0.3, ("0.3 m per pixel, coarser than the 0.05 to 0.2 m", "image to 0.2 m")),
        (30.0, ("30 m per pixel, coarser",)),
    ],
)
def test_resolution_far_from_the_range_is_said(gsd_m, words):
    sentence = resolution_warning(gsd_m, CARD)
    assert [each for each in words if each not in sentence] == []
    assert "'small'" in sentence


@pytest.mark.parametrize(
    ("meters", "text"), [(0.1, "0.1"), (0.05, "0.05"), (0.126, "0.13"), (2.0, "2"), (300.2, "300")]
)
def test_length_has_no_needless_digits(meters, text):
    assert length_text(meters) == text
