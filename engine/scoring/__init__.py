# SPDX-License-Identifier: GPL-2.0-or-later
"""Scoring: a model labels scenes whose classes are known, and everything is counted."""
