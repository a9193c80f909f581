# SPDX-License-Identifier: GPL-2.0-or-later
"""Comparison: networks trained and scored on one scene, side by side."""
