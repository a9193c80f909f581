# SPDX-License-Identifier: GPL-2.0-or-later
"""Run of a fine-tuning: plan within the time limit, folds, last training, checkpoint, lineage."""
