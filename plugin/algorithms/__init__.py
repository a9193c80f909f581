# SPDX-License-Identifier: GPL-2.0-or-later
"""The toolbox: Processing algorithms that build jobs and hand them to the engine."""
