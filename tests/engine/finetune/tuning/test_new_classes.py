# SPDX-License-Identifier: GPL-2.0-or-later
"""New classes: rows after the old ones, which change nothing else at first."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from orthoscribe.engine.finetune.tuning import Tuning, parents_of, with_new_classes
from orthoscribe.engine.finetune.tuning.trainable import trained_part
from orthoscribe.engine.protocol import CATALOG, ISPRS, InputError, LandClass, Legend, ModelError
from orthoscribe.engine.protocol.catalog.recipes import finetune_recipe

WIDER = Legend((*ISPRS.classes, LandClass(7, "solar", "Solar panel", (90, 0, 90))))
RECIPE = replace(
    finetune_recipe("standard", "missing_class"), label_patches=3, free_patches=1, patch_px=64
)
REFUSED = {
    # The layers between their first scores and the last have widths that grow with the classes.
    "yk_context_large",
    "yk_context_large_crf",
    "yk_context_large_crfrnn",
    "fcn_null_background",  # one class has no weights
    "cnn_rf",  # a forest
    "cnn_rf_crf",
}


@pytest.mark.parametrize("row", CATALOG, ids=lambda row: row.name)
def test_old_scores_stay_or_the_network_is_refused(tools, row):
    card = tools.card(row.name)
    network = tools.network(card)
    try:
        grown = with_new_classes(network, card, {6: 2})
    except ModelError as error:
        assert row.name in REFUSED, str(error)
        return
    assert row.name not in REFUSED
    image = torch.randn(1, 4, 2 * row.stride_px, 2 * row.stride_px)
    with torch.inference_mode():
        before, after = trained_part(network)(image), trained_part(grown)(image)
    assert after.shape[1] == 7
    shares = after.softmax(dim=1)
    torch.testing.assert_close(shares[:, 6], shares[:, 2], rtol=1e-3, atol=1e-4)
    others = [0, 1, 3, 4, 5]
    ratios = [s[:, others].log_softmax(dim=1) for s in (before, after)]
    torch.testing.assert_close(ratios[0], ratios[1], rtol=1e-3, atol=1e-3)


def test_parent_and_new_class_share_the_probability(tools):
    card = tools.card("maggiori_mlp")
    network = tools.network(card)
    grown = with_new_classes(network, card, {6: 2, 7: 2, 8: 0})
    image = torch.randn(1, 4, 64, 64)
    with torch.inference_mode():
        before, after = (
            each(image).softmax(dim=1)[..., 8:-8, 8:-8] for each in (network, grown)
        )  # padding adds zeros at the border
    torch.testing.assert_close(after[:, [2, 6, 7]].sum(dim=1), before[:, 2])
    torch.testing.assert_close(after[:, [0, 8]].sum(dim=1), before[:, 0])
    torch.testing.assert_close(after[:, 1], before[:, 1])


def test_new_class_is_learned(tools):
    card = tools.card("maggiori_mlp")
    network = with_new_classes(tools.network(card), card, {6: 2})
    polygons = tuple(
        tools.square(n, 6 if n % 2 else 0, 4 + 22 * (n // 4), 4 + 22 * (n % 4)) for n in range(16)
    )
    wider = replace(card, legend=WIDER)
    tuning = Tuning(network, wider, RECIPE, [tools.scene()], polygons, 40, 0, parents={6: 2})
    losses = [result.loss for result in tuning.steps()]
    assert sum(losses[-5:]) < 0.7 * sum(losses[:5])


def test_parent_is_what_the_base_sees_most_in_the_polygons_each_counted_once(tools):
    polygons = tuple(tools.square(n, 6, 4, 4 + 12 * n) for n in range(5))
    counts = np.array([[900, 0, 100, 0, 0, 0], *([[0, 0, 9, 1, 0, 0]] * 4)])
    assert parents_of(counts, polygons, WIDER, 6) == {6: 2}


def test_new_class_with_few_polygons_is_refused(tools):
    polygons = tuple(tools.square(n, 6, 4, 4 + 12 * n) for n in range(4))
    with pytest.raises(InputError, match=r"Solar panel.* has 4 polygons: draw at least 5"):
        parents_of(np.ones((4, 6)), polygons, WIDER, 6)
