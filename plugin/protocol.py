# SPDX-License-Identifier: GPL-2.0-or-later
"""The protocol for the plugin: the only file here that names `engine`."""

from __future__ import annotations

from ..engine.protocol import *  # noqa: F403
