# SPDX-License-Identifier: GPL-2.0-or-later
"""When steps are computed in bfloat16."""

import pytest
import torch
from orthoscribe.engine.training.trainer.precision import has_matrix_instructions, is_half_precise

CPU = torch.device("cpu")


@pytest.mark.parametrize("choice", ["yes", "no"])
def test_choice_is_kept(choice):
    assert is_half_precise(choice, CPU, on_amx=choice == "no") == (choice == "yes")


def test_auto_uses_matrix_instructions_only_where_asked(monkeypatch):
    monkeypatch.setattr(torch.cpu, "_is_amx_tile_supported", lambda: True, raising=False)
    assert is_half_precise("auto", CPU, on_amx=True)
    assert not is_half_precise("auto", CPU)
    monkeypatch.setattr(torch.cpu, "_is_amx_tile_supported", lambda: False, raising=False)
    assert not is_half_precise("auto", CPU, on_amx=True)


def test_without_the_query_nothing_is_assumed(monkeypatch):
    monkeypatch.delattr(torch.cpu, "_is_amx_tile_supported", raising=False)
    assert not has_matrix_instructions()
