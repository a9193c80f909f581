# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs that would not fit into memory are refused before they start, and told a way out."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from orthoscribe.engine.architectures import build
from orthoscribe.engine.labeling import memory_check
from orthoscribe.engine.labeling.footprints import footprint_mb
from orthoscribe.engine.labeling.memory_check import (
    LIBRARIES_MB,
    READING_MB_PER_MPX,
    comfortable_tile_px,
    fitting_schedule,
    needed_memory_mb,
    window_mpx,
)
from orthoscribe.engine.labeling.predictor import Predictor
from orthoscribe.engine.labeling.schedule import Schedule
from orthoscribe.engine.process.memory import available_memory_mb, peak_memory_mb
from orthoscribe.engine.protocol import ISPRS, InputError, ModelCard, Normalization

SCHEDULE = Schedule(core_px=512, workers=2, threads=1)


def card_of(architecture="maggiori_mlp", **options):
    return ModelCard(
        name="tried",
        title="Tried",
        summary="For tests.",
        architecture=architecture,
        legend=ISPRS,
        roles=("nir", "red", "green", "height"),
        gsd_range_m=(0.1, 0.2),
        normalization=Normalization(),
        license="none",
        weights_sha256="",
        options=options,
    )


def predictor(halo_px=-1):
    network = build("maggiori_mlp", 4, 6, {"width": "1/8"}).eval()
    return Predictor.from_card(card_of(), network, torch.device("cpu"), halo_px=halo_px)


@pytest.mark.parametrize(("asked", "taken"), [(-1, 80), (0, 0), (37, 48), (80, 80), (500, 80)])
def test_halo_is_what_was_asked_for_but_never_more_than_the_network_sees(asked, taken):
    assert predictor(asked).halo_px == taken


def test_windows_end_where_the_image_ends():
    assert window_mpx(predictor(), SCHEDULE, (5000, 5000)) == pytest.approx(0.672**2)
    assert window_mpx(predictor(), SCHEDULE, (100, 5000)) == pytest.approx(0.1 * 0.672)


def test_network_that_sees_everything_needs_room_for_everything():
    tried = predictor()
    tried.halo_px = None
    assert window_mpx(tried, SCHEDULE, (3000, 4000)) == pytest.approx(12)


def test_need_grows_with_workers_and_batch_and_falls_with_width():
    px, shape = 1e6 * 0.672**2, (5000, 5000)
    one = footprint_mb("maggiori_mlp", px)

    def maps_mb(card, batch_size):
        total_mb = needed_memory_mb(card, predictor(), SCHEDULE, shape, batch_size)
        return total_mb - LIBRARIES_MB - READING_MB_PER_MPX * batch_size * px / 1e6

    assert maps_mb(card_of(), 1) == pytest.approx(2 * one)
    assert maps_mb(card_of(width="1/4"), 1) == pytest.approx(one / 2)
    assert maps_mb(card_of(), 3) == pytest.approx(2 * footprint_mb("maggiori_mlp", 3 * px))


def test_need_grows_by_a_turned_window_and_its_scores_however_many_turns_there_are():
    shape = (5000, 5000)
    one, two, four = (
        needed_memory_mb(replace(card_of(), averaged_turns=turns), predictor(), SCHEDULE, shape, 1)
        for turns in (1, 2, 4)
    )
    mpx = 0.672**2
    assert two - one == pytest.approx(SCHEDULE.workers * 4 * (4 + 6) * mpx)
    assert four == two


def test_graphics_card_has_neither_libraries_nor_windows_that_wait():
    tried = predictor()
    tried.device = torch.device("cuda")
    alone = Schedule(core_px=512, workers=1, threads=1)
    needed_mb = needed_memory_mb(card_of(), tried, alone, (5000, 5000), 1)
    assert needed_mb == pytest.approx(footprint_mb("maggiori_mlp", 1e6 * 0.672**2))


def fit(monkeypatch, free_mb, **options):
    """Return the schedule and sentence where `free_mb` are free, for a network of the catalog."""
    monkeypatch.setattr(memory_check, "available_memory_mb", lambda: free_mb)
    tried = predictor()
    tried.halo_px = 64
    return fitting_schedule(card_of("frrn_a"), tried, SCHEDULE, (5000, 5000), 1, **options)


def test_fewer_and_then_smaller_tiles_are_labeled_before_a_run_is_refused(monkeypatch):
    assert fit(monkeypatch, 100_000) == (SCHEDULE, "")
    fewer, sentence = fit(monkeypatch, 1000)
    assert (fewer.core_px, fewer.workers, fewer.threads) == (512, 1, 2)
    assert sentence == (
        "Only 1.0 GB of memory are free, so tiles of 512 px are labeled, 1 at once."
    )
    smaller, sentence = fit(monkeypatch, 400)
    assert (smaller.core_px, smaller.workers, smaller.threads) == (256, 1, 2)
    assert "0.4 GB of memory are free, so tiles of 256 px" in sentence


def test_tiles_of_an_interrupted_run_keep_their_size(monkeypatch):
    assert fit(monkeypatch, 1000, keep_core=True)[0].workers == 1
    with pytest.raises(InputError, match=r"0\.4 GB are free"):
        fit(monkeypatch, 400, keep_core=True)


def test_run_without_enough_memory_is_refused_with_a_way_out(monkeypatch):
    with pytest.raises(InputError, match=r"needs about 0\.2 GB of memory for .* halo_px"):
        fit(monkeypatch, 100)


def test_graphics_card_without_enough_memory_is_refused_with_a_way_out(monkeypatch):
    monkeypatch.setattr(memory_check, "available_memory_mb", lambda: 1)  # it is not the computer's
    monkeypatch.setattr(torch.cuda, "memory_reserved", lambda _device: 30 << 20)
    monkeypatch.setattr(torch.cuda, "memory_allocated", lambda _device: 20 << 20)
    tried = predictor()
    tried.device = torch.device("cuda")

    def fitting(free_mb):
        monkeypatch.setattr(torch.cuda, "mem_get_info", lambda _device: (free_mb << 20, 8 << 30))
        return fitting_schedule(card_of("frrn_a"), tried, SCHEDULE, (5000, 5000), 1)

    assert fitting(5000)[1] == ""
    with pytest.raises(InputError, match=r"graphics card .* 0\.0 GB are free.*device 'cpu'"):
        fitting(20)


def test_peak_counts_what_was_held_and_given_back():
    before, available = peak_memory_mb(), available_memory_mb()
    assert before is None or before > 50
    assert available > 0
    held = torch.ones(64 << 20, dtype=torch.uint8)
    del held
    assert before is None or peak_memory_mb() >= before


def test_network_that_sees_half_the_resolution_needs_a_quarter():
    tried = predictor()
    tried.device = torch.device("cuda")
    full, half = card_of(), card_of(resolution="half")
    batch = 16  # large maps, without the steps of the hidden layer
    need = [needed_memory_mb(card, tried, SCHEDULE, (5000, 5000), batch) for card in (full, half)]
    assert need[1] == pytest.approx(need[0] / 4, rel=0.1)


def test_tiles_grow_for_far_sighted_networks_as_long_as_there_is_room(monkeypatch):
    far = predictor()
    far.halo_px = 1536
    card = card_of()
    sizes = []
    for free_mb in (100, 8_000, 1_000_000):
        monkeypatch.setattr(memory_check, "available_memory_mb", lambda free_mb=free_mb: free_mb)
        sizes.append(comfortable_tile_px(card, far, (20_000, 20_000), 2, 1))
    assert sizes == sorted(sizes)
    assert sizes[0] == 512
    assert sizes[-1] >= 3 * 1536


def test_image_that_every_window_would_cover_is_one_tile(monkeypatch):
    monkeypatch.setattr(memory_check, "available_memory_mb", lambda: 1_000_000)
    far = predictor()
    far.halo_px = 1536
    assert comfortable_tile_px(card_of(), far, (3000, 2000), 2, 1) == 3008
    assert comfortable_tile_px(card_of(), predictor(), (3000, 2000), 2, 1) == 0


def test_few_tiles_get_all_threads():
    plan = Schedule.plan(3000, 3000, stride_px=16, tile_size_px=3008, threads=4)
    assert (plan.workers, plan.threads) == (1, 4)
