# SPDX-License-Identifier: GPL-2.0-or-later
"""Client of the engine: install and start it, send jobs and receive events.

The engine process is used only in this package. `install`, `environment` and their imports use only
the standard library, so the Makefile, CI and the dock share one installer.
"""
