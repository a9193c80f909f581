# SPDX-License-Identifier: GPL-2.0-or-later
"""Processing algorithms, which build jobs and run them in the engine."""
