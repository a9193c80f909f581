# SPDX-License-Identifier: GPL-2.0-or-later
"""When steps are computed in bfloat16."""

import pytest
import torch
from orthoscribe.engine.training.trainer.precision import (
    has_bfloat16_instructions,
    is_half_precise,
)

CPU = torch.device("cpu")


def _with_capabilities(monkeypatch, **capabilities):
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: capabilities, raising=False)


@pytest.mark.parametrize("choice", ["yes", "no"])
def test_choice_is_kept(choice):
    assert is_half_precise(choice, CPU, on_cpu=choice == "no") == (choice == "yes")


@pytest.mark.parametrize("name", ["amx_bf16", "avx512_bf16"])
def test_auto_uses_bfloat16_instructions_only_where_asked(monkeypatch, name):
    _with_capabilities(monkeypatch, avx2=True, **{name: True})
    assert is_half_precise("auto", CPU, on_cpu=True)
    assert not is_half_precise("auto", CPU)
    _with_capabilities(monkeypatch, avx2=True, **{name: False})
    assert not is_half_precise("auto", CPU, on_cpu=True)


def test_without_the_query_nothing_is_assumed(monkeypatch):
    monkeypatch.delattr(torch.cpu, "get_capabilities", raising=False)
    assert not has_bfloat16_instructions()
