# SPDX-License-Identifier: GPL-2.0-or-later
"""Building outlines with straight walls and right angles, fitted to the pixels of a class."""
