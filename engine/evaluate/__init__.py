# SPDX-License-Identifier: GPL-2.0-or-later
"""Evaluation: a model labels scenes with known classes, and its labels are scored and reported."""
