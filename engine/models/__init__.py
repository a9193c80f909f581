# SPDX-License-Identifier: GPL-2.0-or-later
"""Trained models: folders with a card and weights, located by name and validated on loading."""
