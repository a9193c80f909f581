# SPDX-License-Identifier: GPL-2.0-or-later
"""The engine as a process: channel, reporters, device, memory, and how it stops."""
