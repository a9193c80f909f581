# SPDX-License-Identifier: GPL-2.0-or-later
"""The one door to the engine: install it, start it, hand it a job, hear what it says.

Nothing outside this package knows that a process exists. `install`, `environment` and what they
import use the standard library alone, so the Makefile, CI and the dock share one installer.
"""
