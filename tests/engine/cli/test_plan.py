"""The plan of a small job is as readable as that of a large one."""

from __future__ import annotations

from orthoscribe.engine.cli.plan import plan_text
from orthoscribe.engine.scale.measure import Measured
from orthoscribe.engine.scale.plan import Plan


def made(parts, part_mpx, labeled_mpx, ground_parts):
    measured = Measured(part_mpx, label_s=24.9, bytes_per_px=1.5)
    return Plan(
        {}, 702, 741, parts, 0, part_mpx, labeled_mpx, 34, ground_parts, "cpu", measured
    )  # fmt: skip


def test_plan_shows_no_zeros_when_the_image_is_small():
    text = plan_text(made(25, 0.0234, 0.52, 1), 80.4)
    assert "25 super-tiles of up to 0.023 Mpx, 0.52 Mpx together" in text
    assert "Measured here on one of 0.023 Mpx" in text
    assert "Disk of the output: 0.0026 GB at most, 80 GB are free" in text
    assert "the ground in 1 part\n" in text


def test_plan_shows_whole_numbers_when_the_image_is_large():
    text = plan_text(made(596, 16.8, 10000.0, 1200), 80.4)
    assert "596 super-tiles of up to 17 Mpx, 10,000 Mpx together" in text
    assert "the ground in 1,200 parts" in text
    assert "Disk of the output: 50 GB at most" in text


def test_plan_of_one_part_is_in_the_singular():
    assert "\n1 super-tile of up to 0.20 Mpx" in plan_text(made(1, 0.2, 0.2, 0), 80.4)
