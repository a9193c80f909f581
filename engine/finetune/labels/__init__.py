# SPDX-License-Identifier: GPL-2.0-or-later
"""Labels: drawn polygons on the pixels that the network sees, their groups and folds."""
