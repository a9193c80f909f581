# SPDX-License-Identifier: GPL-2.0-or-later
"""The protocol for the plugin: the only file here that names `engine`."""

from __future__ import annotations

if __package__ == "plugin":  # the installer, as a program in a shell: no package is above
    from engine.protocol import *  # type: ignore[import-not-found]  # noqa: F403
else:
    from ..engine.protocol import *  # noqa: F403
