"""The model of larger runs adds up what it says, and its chart shows it."""

from xml.etree import ElementTree as ET

import pytest
from orthoscribe.engine.bench.scale.chart import efficiency_chart
from orthoscribe.engine.bench.scale.model import CORES_PX, Costs
from orthoscribe.engine.polygons.object_regions import BLOCK_PX

COSTS = Costs(
    open_s=10.0,
    label_s_per_mpx=1.0,
    ground_s_per_mpx=0.1,
    task_s=0.001,
    join_s_per_mpx=0.01,
    outline_s_per_mpx=0.4,
    trace_s_per_mpx=0.02,
)
PART_MPX = CORES_PX**2 / 1e6


def test_seconds_are_the_sum_of_the_costs():
    mpx = 100 * PART_MPX
    blocks = mpx * 1e6 / BLOCK_PX**2
    serial_s = 10 + (100 + blocks) * 0.001 + mpx * 0.03
    assert COSTS.seconds(mpx, 1) == pytest.approx(serial_s + mpx * 1.5)
    assert COSTS.seconds(mpx, 50) == pytest.approx(serial_s + mpx * 1.5 / 50)
    assert COSTS.seconds(mpx, 60) == COSTS.seconds(mpx, 50)  # two rounds all the same
    assert COSTS.seconds(mpx, 1, is_traced=False) == pytest.approx(
        serial_s - blocks * 0.001 + mpx * 1.08
    )


def test_efficiency_falls_with_workers_and_rises_with_size():
    values = [COSTS.efficiency(10_000, 2**power) for power in range(9)]
    assert values[0] == 1.0
    assert values == sorted(values, reverse=True)
    assert COSTS.efficiency(10_000, 64) > COSTS.efficiency(1_000, 64)


def test_chart_has_a_line_for_each_size():
    chart = efficiency_chart({"a": [(1, 1.0), (256, 0.5)], "b": [(1, 1.0), (256, 0.25)]})
    lines = ET.fromstring(chart).findall("{http://www.w3.org/2000/svg}polyline")
    ends = [float(line.get("points").split()[-1].split(",")[1]) for line in lines]
    assert len(ends) == 2
    assert ends[0] < ends[1]  # y grows downwards
