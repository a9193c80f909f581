# SPDX-License-Identifier: GPL-2.0-or-later
import numpy as np
from orthoscribe.engine.datasets import contents_text, doubts_about_counts, doubts_about_learned
from orthoscribe.engine.datasets.class_shares import FEWEST_PX
from orthoscribe.engine.metrics import IGNORED, count_classes
from orthoscribe.engine.protocol import ISPRS

TRUTH = np.array([[1, 1, 1, 3], [IGNORED] * 4], np.uint8)


def counts(**pixels):
    return np.array([pixels.get(one.name, 0) for one in ISPRS.classes])


def test_pixels_are_counted_by_class():
    np.testing.assert_array_equal(count_classes(TRUTH, len(ISPRS)), counts(building=3, tree=1))


def test_contents_are_shares_of_what_is_known():
    text = contents_text(TRUTH, ISPRS)
    assert text.startswith(
        "The labels cover 50.0% of the image: impervious surface 0.0%, building 75"
    )
    assert contents_text(TRUTH, ISPRS, "area7").startswith("The labels of area7 cover 50.0%")


def test_few_pixels_are_told_with_their_classes():
    (doubt,) = doubts_about_counts(counts(tree=12, car=1), ISPRS)
    assert doubt.startswith("Only 13 pixels with a known class are scored (tree 12, car 1)")
    assert doubts_about_counts(counts(tree=FEWEST_PX), ISPRS) == ()


def test_class_that_only_the_rest_has_is_named():
    scored, known = counts(tree=5000), counts(tree=9000, building=4, car=2)
    (doubt,) = doubts_about_counts(scored, ISPRS, known)
    assert doubt.startswith("The labels have building, car, but none in the part that is scored")
    assert doubt.endswith("these classes have no score.")
    assert doubts_about_counts(known * 1000, ISPRS, known) == ()
    (doubt,) = doubts_about_learned(counts(tree=5000, car=1), ISPRS, known)
    assert doubt.startswith("The labels have building, but none in the part to learn from")
    assert doubts_about_learned(known, ISPRS, known) == ()
