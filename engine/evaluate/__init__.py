# SPDX-License-Identifier: GPL-2.0-or-later
"""Evaluation of models on labeled scenes: scores and reports."""
