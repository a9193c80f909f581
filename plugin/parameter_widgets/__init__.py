# SPDX-License-Identifier: GPL-2.0-or-later
"""Widgets of Processing parameters, which the toolbox creates by the names of their classes."""
