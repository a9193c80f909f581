# SPDX-License-Identifier: GPL-2.0-or-later
"""The synthetic benchmark: networks of the papers under one budget, on the same scenes."""
