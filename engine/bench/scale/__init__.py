# SPDX-License-Identifier: GPL-2.0-or-later
"""Label jobs in parts: their efficiency on this computer, and a model of larger runs."""
