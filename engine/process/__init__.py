# SPDX-License-Identifier: GPL-2.0-or-later
"""The engine process: channel, reporters, device, memory and shutdown."""
