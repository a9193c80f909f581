# SPDX-License-Identifier: GPL-2.0-or-later
"""Backbones: fully convolutional image classifiers shared by networks of several papers."""
