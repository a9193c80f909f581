# SPDX-License-Identifier: GPL-2.0-or-later
"""Training: from scenes with known truth to the weights of a network."""
