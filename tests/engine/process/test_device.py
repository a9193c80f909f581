# SPDX-License-Identifier: GPL-2.0-or-later
"""Devices: chosen by name, refused in plain words."""

from __future__ import annotations

import pytest
import torch
from orthoscribe.engine.process.device import available_threads, choose_device, describe_device
from orthoscribe.engine.protocol import DeviceError


def test_cpu_is_always_there():
    assert choose_device("cpu") == torch.device("cpu")


def test_auto_takes_a_graphics_card_when_there_is_one(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    assert choose_device("auto") == torch.device("cuda")


def test_auto_takes_the_processor_when_there_is_nothing_else(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)
    assert choose_device("auto") == torch.device("cpu")


@pytest.mark.parametrize("name", ["cuda", "mps"])
def test_absent_device_is_refused_with_a_way_out(monkeypatch, name):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)
    with pytest.raises(DeviceError, match="choose the device 'auto'"):
        choose_device(name)


def test_unknown_device_is_refused():
    with pytest.raises(DeviceError, match="'tpu' is unknown"):
        choose_device("tpu")


def test_description_names_the_device():
    cpu = torch.device("cpu")
    assert describe_device(cpu) == describe_device(cpu, available_threads())
    assert [describe_device(cpu, count) for count in (1, 3)] == ["cpu, 1 thread", "cpu, 3 threads"]
