# SPDX-License-Identifier: GPL-2.0-or-later
"""Outputs: results are staged, published all at once, and recorded."""
