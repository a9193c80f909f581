# SPDX-License-Identifier: GPL-2.0-or-later
"""The geometry of tiles: pure integers, no pixels."""
