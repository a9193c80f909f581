# SPDX-License-Identifier: GPL-2.0-or-later
"""Training: from labeled scenes to the weights of a network."""
