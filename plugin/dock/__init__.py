# SPDX-License-Identifier: GPL-2.0-or-later
"""The dock panel, which labels image and height layers of the project."""
