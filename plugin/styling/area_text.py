# SPDX-License-Identifier: GPL-2.0-or-later
"""Areas and shares of classes as text, the same in the legend and in the dock."""

from __future__ import annotations

HECTARE_M2 = 10_000
SMALLEST_HA = 0.1


def class_text(title: str, area_m2: float, fraction: float) -> str:
    """Return title, area and percentage of a class.

    >>> class_text("Tree", 1234.0, 0.12)
    'Tree · 0.12 ha (12 %)'
    """
    return f"{title} · {area_text(area_m2)} ({percent_text(fraction)})"


def area_text(area_m2: float) -> str:
    """Return an area in square meters, from 0.1 ha on in hectares.

    >>> area_text(234.5), area_text(123456)
    ('234 m²', '12.35 ha')
    """
    area_ha = area_m2 / HECTARE_M2
    return f"{area_ha:,.2f} ha" if area_ha >= SMALLEST_HA else f"{area_m2:,.0f} m²"


def percent_text(fraction: float) -> str:
    """Return a fraction in percent; a trace is not called 0 %.

    >>> percent_text(0.12), percent_text(0.002), percent_text(0.0)
    ('12 %', '<1 %', '0 %')
    """
    percent = 100 * fraction
    return "<1 %" if 0 < percent < 0.5 else f"{percent:.0f} %"
