# SPDX-License-Identifier: GPL-2.0-or-later
"""Comparison of several networks, trained and scored on one scene."""
