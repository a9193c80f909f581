# SPDX-License-Identifier: GPL-2.0-or-later
"""Proof: whether a fine-tuned model is better, by polygons that it has not learned from."""
