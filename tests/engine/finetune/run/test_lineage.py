# SPDX-License-Identifier: GPL-2.0-or-later
"""The card of a fine-tuned model keeps how the base is labeled, and nothing that was measured."""

from dataclasses import replace

from orthoscribe.engine.finetune.run.lineage import new_card
from orthoscribe.engine.protocol import FinetuneJob
from orthoscribe.engine.protocol.installed import installed_cards


def test_fine_tuned_model_averages_as_many_orientations_as_its_base():
    start = replace(installed_cards()["default"], averaged_turns=4)
    card = new_card(FinetuneJob(output="out/mine", start="default"), start)
    assert card.averaged_turns == 4
    assert (card.name, card.scores, card.weights_sha256) == ("mine", {}, "")
