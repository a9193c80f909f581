# SPDX-License-Identifier: GPL-2.0-or-later
"""Conditional random fields: labels of similar neighbors should agree."""
