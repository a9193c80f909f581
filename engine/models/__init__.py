# SPDX-License-Identifier: GPL-2.0-or-later
"""Trained models: folders with a card and weights, found by name and checked before use."""
