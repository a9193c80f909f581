# SPDX-License-Identifier: GPL-2.0-or-later
"""The engine as a process: its channel, its reports, its device, and how it stops."""
