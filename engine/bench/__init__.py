# SPDX-License-Identifier: GPL-2.0-or-later
"""Benchmarks of speed, memory and accuracy, each comparison measured in one run."""
