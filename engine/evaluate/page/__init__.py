# SPDX-License-Identifier: GPL-2.0-or-later
"""Reporting: a page for people, one file that needs nothing from anywhere."""
