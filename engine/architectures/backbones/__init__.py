# SPDX-License-Identifier: GPL-2.0-or-later
"""Backbones: classifiers made to score every pixel, shared by networks of several papers."""
