# SPDX-License-Identifier: GPL-2.0-or-later
"""Bundled models on real scenes, beside a rule of heights and greenness, and on generated ones."""
