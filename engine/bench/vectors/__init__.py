# SPDX-License-Identifier: GPL-2.0-or-later
"""Benchmark of the vector layers: accuracy against true objects, and speed against peers."""
