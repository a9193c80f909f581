# SPDX-License-Identifier: GPL-2.0-or-later
"""The dock: from two layers to labeled polygons without leaving the map."""
