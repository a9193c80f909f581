# SPDX-License-Identifier: GPL-2.0-or-later
"""The engine in a shell: verbs, flags derived from the jobs, and a bar on the terminal."""
