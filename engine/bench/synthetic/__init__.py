# SPDX-License-Identifier: GPL-2.0-or-later
"""Synthetic benchmark: networks of the papers trained on the same scenes with the same budget."""
