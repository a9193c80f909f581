# SPDX-License-Identifier: GPL-2.0-or-later
"""Widgets that the dock and the wizard share."""
