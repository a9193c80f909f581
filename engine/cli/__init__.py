# SPDX-License-Identifier: GPL-2.0-or-later
"""Command line of the engine: verbs, flags derived from the jobs, and a progress bar."""
