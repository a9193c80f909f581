# SPDX-License-Identifier: GPL-2.0-or-later
"""Training: labeled scenes to the weights of a network."""
