# SPDX-License-Identifier: GPL-2.0-or-later
"""Whole fine-tuning jobs on generated scenes: how often their verdicts are right."""
